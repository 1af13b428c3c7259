package io.vigil.streams.testing;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.app.VigilService;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;

/** A service with the test packages, whose topics and consumer group no other one has on a shared broker. */
public final class IsolatedService {

    private final TestBroker broker;
    private final Path stateDirectory;
    private final String prefix;
    private final Topics topics;

    public IsolatedService(TestBroker broker, Path stateDirectory) {
        this(broker, stateDirectory, "t" + UUID.randomUUID().toString().substring(0, 8) + ".");
    }

    private IsolatedService(TestBroker broker, Path stateDirectory, String prefix) {
        this.broker = broker;
        this.stateDirectory = stateDirectory;
        this.prefix = prefix;
        this.topics = Topics.withPrefix(prefix, BuiltInSchemaIds.instance());
    }

    /** Another instance of it, as on another host. */
    public IsolatedService with(Path otherStateDirectory) {
        return new IsolatedService(broker, otherStateDirectory, prefix);
    }

    /** Those that the test makes for it. */
    public Topics topics() {
        return topics;
    }

    public String applicationId() {
        return prefix + "app";
    }

    /** Starts it with this configuration over that of the tests: one thread, ten frames per second. */
    public VigilService start(String hocon) {
        return start(hocon, Clock.systemUTC());
    }

    public VigilService start(String hocon, Clock clock) {
        return start(hocon, clock, new SimpleMeterRegistry());
    }

    public VigilService start(String hocon, Clock clock, MeterRegistry meters) {
        String defaults = """
                application-id = "%s"
                bootstrap-servers = "%s"
                state-directory = "%s"
                stream-threads = 1
                admission.frames-per-second = 10
                detection.package = "%s"
                recognition.package = "%s"
                """.formatted(
                applicationId(), broker.bootstrap(), stateDirectory, TestPackages.DETECTION, TestPackages.RECOGNITION);
        ServiceConfig config =
                ServiceConfig.from(ConfigFactory.parseString(hocon).withFallback(ConfigFactory.parseString(defaults)));
        return VigilService.start(config, topics, clock, meters);
    }
}
