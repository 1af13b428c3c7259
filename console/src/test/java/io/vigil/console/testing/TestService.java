package io.vigil.console.testing;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.BrokerSettings;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Broker and service in this process, with the small test models. */
public final class TestService {

    private TestService() {}

    public static EmbeddedBroker broker(Path directory) {
        return EmbeddedBroker.start(new BrokerSettings(directory.resolve("broker"), BrokerSettings.ANY_PORT));
    }

    /** Makes the topics with this prefix. */
    public static Topics topics(EmbeddedBroker broker, String prefix, int partitions) {
        return topics(broker, Topics.withPrefix(prefix, BuiltInSchemaIds.instance()), partitions);
    }

    /** Makes these topics. */
    public static Topics topics(EmbeddedBroker broker, Topics topics, int partitions) {
        try (TopicAdmin admin = TopicAdmin.connect(broker.bootstrap())) {
            admin.create(topics.all().stream()
                    .map(topic -> topic.definition(partitions, (short) 1))
                    .toList());
        }
        return topics;
    }

    /** Starts a service that analyses every frame in time. */
    public static ServiceHost start(EmbeddedBroker broker, Topics topics, String applicationId, Path directory) {
        Map<String, Object> config = new HashMap<>();
        config.put("application-id", applicationId);
        config.put("bootstrap-servers", broker.bootstrap());
        config.put("state-directory", directory.resolve(applicationId).toString());
        config.put("detection.package", Places.TEST_DETECTOR.toString());
        config.put("recognition.package", Places.TEST_RECOGNIZER.toString());
        return ServiceHost.start(ConfigFactory.parseMap(config), topics, new SimpleMeterRegistry());
    }
}
