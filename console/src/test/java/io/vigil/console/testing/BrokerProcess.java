package io.vigil.console.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The broker of the packaged program in a process of its own, and further processes that work with it. */
public final class BrokerProcess implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final VigilProcess process;
    private final String bootstrap;
    private final Path directory;

    private BrokerProcess(VigilProcess process, String bootstrap, Path directory) {
        this.process = process;
        this.bootstrap = bootstrap;
        this.directory = directory;
    }

    /** Starts a broker and waits until it is ready; all its processes write to {@code directory}. */
    public static BrokerProcess start(Path directory) throws InterruptedException {
        VigilProcess process = VigilProcess.start(
                directory,
                "broker",
                "--port",
                "0",
                "--data",
                directory.resolve("broker").toString());
        try {
            String ready = process.awaitLine("broker ready on", LIMIT);
            return new BrokerProcess(process, ready.replaceAll(".* on ", ""), directory);
        } catch (AssertionError | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    public String bootstrap() {
        return bootstrap;
    }

    /** Makes the topics with this prefix. */
    public Topics createTopics(String prefix, int partitions) throws InterruptedException {
        try (VigilProcess create = VigilProcess.start(
                directory,
                "topics",
                "create",
                "--bootstrap",
                bootstrap,
                "--topic-prefix",
                prefix,
                "--partitions",
                Integer.toString(partitions))) {
            assertThat(create.awaitExit(LIMIT)).as(create.output()).isZero();
        }
        return Topics.withPrefix(prefix, BuiltInSchemaIds.instance());
    }

    /**
     * Starts a service with the small test models.
     *
     * @param instance has a state directory of its own, which it finds again when it is started again
     */
    public VigilProcess startService(String instance, String... options) {
        return startService(instance, Map.of(), options);
    }

    /** Starts a service with the small test models and with variables of its environment. */
    public VigilProcess startService(String instance, Map<String, String> variables, String... options) {
        List<String> command = new ArrayList<>(List.of(
                "serve",
                "--bootstrap",
                bootstrap,
                "--state-dir",
                directory.resolve("state-" + instance).toString(),
                "--detector",
                Places.TEST_DETECTOR.toString(),
                "--recognizer",
                Places.TEST_RECOGNIZER.toString()));
        command.addAll(List.of(options));
        return VigilProcess.start(directory, variables, command.toArray(String[]::new));
    }

    /** Ends the broker; who started a service ends that. */
    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
