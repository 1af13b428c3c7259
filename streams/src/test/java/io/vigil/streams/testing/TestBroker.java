package io.vigil.streams.testing;

import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/** A real broker, one KRaft node in a process of its own, gone with everything it stored when closed. */
public final class TestBroker implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final String bootstrap;
    private final Process process;
    private final Admin admin;

    private TestBroker(String bootstrap, Process process) {
        this.bootstrap = bootstrap;
        this.process = process;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    /**
     * Starts a broker and waits until it answers.
     *
     * @param directory for its data and its log
     * @param more settings beside those of all tests, as {@code key=value}
     */
    public static TestBroker start(Path directory, String... more) throws IOException, InterruptedException {
        int port = freePort();
        return start(directory, port, "localhost:" + port, more);
    }

    /**
     * Starts a broker that is reached through a proxy only, and waits until it answers.
     *
     * @param directory for its data and its log
     */
    public static TestBroker startBehind(SyncGroupFaultProxy proxy, Path directory)
            throws IOException, InterruptedException {
        int port = freePort();
        proxy.forwardTo(port);
        return start(directory, port, proxy.address());
    }

    private static TestBroker start(Path directory, int port, String bootstrap, String... more)
            throws IOException, InterruptedException {
        Path settings = directory.resolve("server.properties");
        Files.write(settings, List.of(more));
        Files.write(
                settings,
                settings(port, bootstrap, "localhost:" + freePort(), directory.resolve("data")),
                StandardOpenOption.APPEND);
        Process format = java(
                directory,
                "kafka.tools.StorageTool",
                "format",
                "-t",
                Uuid.randomUuid().toString(),
                "-c",
                settings.toString());
        if (format.waitFor() != 0) {
            throw new IllegalStateException("the broker's storage could not be formatted, see %s".formatted(directory));
        }
        TestBroker broker = new TestBroker(bootstrap, java(directory, "kafka.Kafka", settings.toString()));
        try {
            broker.admin.describeCluster().nodes().get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            broker.close();
            throw new IllegalStateException("the broker did not start, see %s".formatted(directory), e);
        }
        return broker;
    }

    public String bootstrap() {
        return bootstrap;
    }

    public Admin admin() {
        return admin;
    }

    /** Creates all topics. */
    public void create(Topics topics, int partitions) throws InterruptedException, ExecutionException {
        List<NewTopic> definitions = new ArrayList<>();
        for (Topic<?> topic : topics.all()) {
            definitions.add(topic.definition(partitions, (short) 1));
        }
        admin.createTopics(definitions).all().get();
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        process.destroyForcibly().onExit().join();
    }

    private static List<String> settings(int port, String advertised, String controller, Path data) {
        return List.of(
                "process.roles=broker,controller",
                "node.id=1",
                "controller.quorum.voters=1@" + controller,
                "listeners=PLAINTEXT://localhost:%d,CONTROLLER://%s".formatted(port, controller),
                "advertised.listeners=PLAINTEXT://%s,CONTROLLER://%s".formatted(advertised, controller),
                "controller.listener.names=CONTROLLER",
                "log.dirs=" + data,
                "offsets.topic.num.partitions=1",
                "offsets.topic.replication.factor=1",
                "transaction.state.log.num.partitions=1",
                "transaction.state.log.replication.factor=1",
                "transaction.state.log.min.isr=1",
                "share.coordinator.state.topic.replication.factor=1",
                "share.coordinator.state.topic.min.isr=1",
                "group.initial.rebalance.delay.ms=0",
                "auto.create.topics.enable=false");
    }

    private static Process java(Path directory, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("broker.log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
