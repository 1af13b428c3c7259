package io.vigil.streams.app;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.schema.config.KnownKeys;
import io.vigil.streams.admission.AdmissionConfig;
import io.vigil.streams.admission.CommitPolicy;
import io.vigil.streams.clip.RecognitionConfig;
import io.vigil.streams.config.Limits;
import io.vigil.streams.explain.ExplainConfig;
import io.vigil.streams.frame.FrameLimits;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.rules.RulesConfig;
import io.vigil.streams.support.DetectionConfig;
import io.vigil.streams.tracking.TrackingConfig;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The configuration of the service; {@code service-reference.conf} beside this class explains every key.
 *
 * @param applicationId names the consumer group, the transactions and the internal topics
 * @param bootstrapServers where Kafka is
 * @param stateDirectory lock and identity of this instance
 * @param streamThreads threads that take frames through the topology
 * @param processingGuarantee as Kafka Streams names it
 * @param commitInterval how often results are committed while frames wait
 * @param silence a camera without a frame for so long, by the clock, is forgotten
 * @param recognition empty: no actions are recognized
 * @param kafka handed to Kafka Streams unchanged; contradicts none of the others
 */
public record ServiceConfig(
        String applicationId,
        String bootstrapServers,
        Path stateDirectory,
        int streamThreads,
        String processingGuarantee,
        Duration commitInterval,
        Duration silence,
        FrameLimits frames,
        AdmissionConfig admission,
        DetectionConfig detection,
        TrackingConfig tracking,
        Optional<RecognitionConfig> recognition,
        RulesConfig rules,
        InferenceConfig inference,
        ExplainConfig explain,
        Map<String, String> kafka) {

    private static final String REFERENCE = "service-reference.conf";
    private static final Set<String> GUARANTEES = Set.of(StreamsConfig.EXACTLY_ONCE_V2, StreamsConfig.AT_LEAST_ONCE);

    /** Every key with its default. The blocks metrics and schema-registry are for the process that runs the service. */
    public static Config reference() {
        URL reference =
                requireNonNull(ServiceConfig.class.getResource(REFERENCE), REFERENCE + " is missing from the jar");
        return ConfigFactory.parseURL(reference);
    }

    /**
     * Reads the configuration, with defaults for what it does not say.
     *
     * @param given its substitutions may refer to itself and to environment variables
     * @throws ConfigException if a key is unknown, misses, has a value of the wrong type or beyond its limits, or contradicts another
     */
    public static ServiceConfig from(Config given) {
        Config resolved = given.resolve();
        new KnownKeys(reference(), Set.of("kafka")).check(resolved);
        Config config = resolved.withFallback(reference());
        if (!config.hasPath("detection.package")) {
            throw new ConfigException.Missing(
                    "detection.package", new ConfigException.Generic("it must name the directory of a model package"));
        }
        ServiceConfig read = new ServiceConfig(
                config.getString("application-id"),
                config.getString("bootstrap-servers"),
                Limits.optional(config, "state-directory", key -> Path.of(config.getString(key)))
                        .orElse(Path.of(System.getProperty("java.io.tmpdir"), "vigil-state")),
                Limits.optional(config, "stream-threads", key -> Limits.integer(config, key, 1, 256))
                        .orElse(Runtime.getRuntime().availableProcessors()),
                guarantee(config),
                Limits.duration(config, "commit-interval", Duration.ofMillis(10), Duration.ofMinutes(1)),
                Limits.duration(config, "silence", Duration.ofSeconds(10), Duration.ofDays(365)),
                FrameLimits.from(config.getConfig("frames")),
                AdmissionConfig.from(config.getConfig("admission")),
                DetectionConfig.from(config.getConfig("detection")),
                TrackingConfig.from(config.getConfig("tracking")),
                config.hasPath("recognition.package")
                        ? Optional.of(RecognitionConfig.from(config.getConfig("recognition")))
                        : Optional.empty(),
                RulesConfig.from(config.getConfig("rules")),
                InferenceConfig.from(config.getConfig("inference")),
                ExplainConfig.from(config.getConfig("explain")),
                KafkaBlock.read(config));
        new AnalysisPeriodCheck(read.admission().period()).check(read.tracking(), read.silence());
        return read;
    }

    public boolean isExactlyOnce() {
        return processingGuarantee.equals(StreamsConfig.EXACTLY_ONCE_V2);
    }

    /** When results are committed. */
    public CommitPolicy commitPolicy() {
        return isExactlyOnce() ? CommitPolicy.exactlyOnce(commitInterval) : CommitPolicy.atLeastOnce(commitInterval);
    }

    private static String guarantee(Config config) {
        String key = "processing-guarantee";
        String guarantee = config.getString(key);
        if (!GUARANTEES.contains(guarantee)) {
            throw new ConfigException.BadValue(
                    config.getValue(key).origin(),
                    key,
                    "must be exactly_once_v2 or at_least_once, is %s".formatted(guarantee));
        }
        return guarantee;
    }
}
