package io.vigil.console.broker;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.LoopbackPort;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.utils.Time;

/** The embedded broker with a listener that asks for a login, SASL/PLAIN. */
public final class SecuredBroker implements AutoCloseable {

    private static final String USER = "wall";
    private static final String PASSWORD = "opensesame";

    private final KafkaRaftServer server;
    private final String bootstrap;

    private SecuredBroker(KafkaRaftServer server, String bootstrap) {
        this.server = server;
        this.bootstrap = bootstrap;
    }

    public static SecuredBroker start(Path directory) {
        BrokerSettings settings = new BrokerSettings(directory, BrokerSettings.ANY_PORT);
        EmbeddedBroker.format(settings);
        int port = LoopbackPort.anyFree();
        Properties properties = new Properties();
        properties.putAll(settings.properties(port, LoopbackPort.anyFree()));
        properties.putAll(Map.of(
                "listener.security.protocol.map",
                "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms",
                "PLAIN",
                "sasl.mechanism.inter.broker.protocol",
                "PLAIN",
                "listener.name.plaintext.plain.sasl.jaas.config",
                "%s required username=broker password=itself user_broker=itself user_%s=%s;"
                        .formatted(PlainLoginModule.class.getName(), USER, PASSWORD)));
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
        server.startup();
        return new SecuredBroker(server, LoopbackPort.HOST + ":" + port);
    }

    /** The cluster, seen by somebody who is let in. */
    public Cluster cluster() {
        return cluster(PASSWORD);
    }

    /** The cluster, seen by somebody who says this password. */
    public Cluster cluster(String password) {
        return new Cluster(
                bootstrap,
                Map.of(
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        "PLAIN",
                        "sasl.jaas.config",
                        "%s required username=%s password=%s;"
                                .formatted(PlainLoginModule.class.getName(), USER, password)));
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
