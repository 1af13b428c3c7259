package io.vigil.console.broker;

import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.LoopbackPort;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka's own broker code in KRaft mode, serving the loopback interface until it is closed. */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    /** A free port can be taken by somebody else between the look and the bind. */
    private static final int START_ATTEMPTS = 3;

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Formats the data directory where that was not done yet, and returns when clients can connect.
     *
     * @throws Failure if the port is taken, or the data directory cannot be used or belongs to a running broker
     */
    public static EmbeddedBroker start(BrokerSettings settings) {
        if (settings.port() != BrokerSettings.ANY_PORT && !LoopbackPort.isFree(settings.port())) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "port %d is taken; give the broker another one with --port".formatted(settings.port()));
        }
        format(settings);
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(settings);
            } catch (RuntimeException e) {
                if (attempt == START_ATTEMPTS || !isCausedBy(e, BindException.class)) {
                    throw new Failure(
                            ExitCode.UNAVAILABLE,
                            "the broker did not start on %s: %s".formatted(settings.data(), rootMessage(e)),
                            e);
                }
                LOG.debug("a port was taken meanwhile, trying others", e);
            }
        }
    }

    /** What clients use as {@code bootstrap.servers}. */
    public String bootstrap() {
        return LoopbackPort.HOST + ":" + port;
    }

    public void awaitShutdown() {
        server.awaitShutdown();
    }

    /** Flushes the log and ends all threads of the broker. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static EmbeddedBroker startOnce(BrokerSettings settings) {
        int port = settings.port() == BrokerSettings.ANY_PORT ? LoopbackPort.anyFree() : settings.port();
        Properties properties = new Properties();
        properties.putAll(settings.properties(port, LoopbackPort.anyFree()));
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        try {
            server.startup();
        } catch (RuntimeException e) {
            server.shutdown();
            throw e;
        }
        return new EmbeddedBroker(server, port);
    }

    /** Makes the data directory one of a broker; leaves one that is. */
    static void format(BrokerSettings settings) {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(settings.data());
            String directory = settings.data().toString();
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setClusterId(clusterId(settings.data()))
                    .setDirectories(List.of(directory))
                    .setMetadataLogDirectory(directory)
                    .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) { // Formatter.run declares Exception
            throw new Failure(
                    ExitCode.UNAVAILABLE, "the broker cannot use %s: %s".formatted(settings.data(), rootMessage(e)), e);
        }
    }

    /** The id that the directory was formatted with, or a new one. */
    private static String clusterId(Path data) throws IOException {
        Path known = data.resolve("meta.properties");
        Properties properties = new Properties();
        if (Files.exists(known)) {
            try (Reader reader = Files.newBufferedReader(known)) {
                properties.load(reader);
            }
        }
        return properties.getProperty("cluster.id", Uuid.randomUuid().toString());
    }

    private static boolean isCausedBy(Throwable e, Class<? extends Throwable> type) {
        return type.isInstance(e) || (e.getCause() != null && isCausedBy(e.getCause(), type));
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
