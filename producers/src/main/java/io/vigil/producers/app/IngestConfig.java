package io.vigil.producers.app;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.CaptureSettings;
import io.vigil.producers.publish.ProducerSettings;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.config.KnownKeys;
import io.vigil.schema.topic.CameraId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the ingest is to do. {@code ingest-reference.conf} lists every key of the file form.
 *
 * @param cameras at least one unless the topic is followed, ids unique
 * @param follow whether the cameras of the cameras topic are captured, too
 * @param mediaDirectory where files of those cameras lie; empty: they may be no files
 * @param capture when streams are given up and tried again
 * @param queueFrames frames of one camera that may wait for the broker
 * @param flushTimeout how long stopping may wait for the broker
 * @param producer the Kafka producer's settings
 */
public record IngestConfig(
        List<CameraConfig> cameras,
        boolean follow,
        Optional<Path> mediaDirectory,
        CaptureSettings capture,
        int queueFrames,
        Duration flushTimeout,
        ProducerSettings producer) {

    private static final Config REFERENCE = ConfigFactory.parseResources(
            IngestConfig.class,
            "ingest-reference.conf",
            ConfigParseOptions.defaults().setAllowMissing(false));
    private static final KnownKeys KNOWN = new KnownKeys(REFERENCE, Set.of("kafka"));
    private static final KnownKeys KNOWN_OF_CAMERA = new KnownKeys(
            ConfigFactory.parseString(
                    "id = null, source = null, frame-rate = 0, width = 0, quality = 0, loop = false, pacing = null, encoding = null"),
            Set.of());

    /** Refuses what makes no sense with an {@link IllegalArgumentException} in a sentence for the user. */
    public IngestConfig {
        cameras = List.copyOf(cameras);
        if (cameras.isEmpty() && !follow) {
            throw new IllegalArgumentException(
                    "there are no cameras: give at least one, { id = …, source = … }, or follow those of the topic with --follow");
        }
        Set<CameraId> seen = new HashSet<>();
        for (CameraConfig camera : cameras) {
            if (!seen.add(camera.id())) {
                throw new IllegalArgumentException(
                        "camera %s is configured twice: ids must differ".formatted(camera.id()));
            }
        }
        if (queueFrames < 1 || queueFrames > 10_000) {
            throw new IllegalArgumentException("ingest.queue-frames must be 1 to 10000: " + queueFrames);
        }
        if (flushTimeout.isNegative()) {
            throw new IllegalArgumentException("ingest.flush-timeout must not be negative: " + flushTimeout);
        }
    }

    /** Every key with its default. The blocks metrics and schema-registry are for the process that runs the ingest. */
    public static Config reference() {
        return REFERENCE;
    }

    /** The defaults of {@code ingest-reference.conf} for these cameras and this broker. */
    public static IngestConfig of(List<CameraConfig> cameras, String bootstrapServers) {
        return withDefaults(cameras, false, bootstrapServers);
    }

    /** The same for these cameras, if any, and those of the topic. */
    public static IngestConfig following(List<CameraConfig> cameras, String bootstrapServers) {
        return withDefaults(cameras, true, bootstrapServers);
    }

    private static IngestConfig withDefaults(List<CameraConfig> cameras, boolean follow, String bootstrapServers) {
        Config ingest = REFERENCE.getConfig("ingest");
        return new IngestConfig(
                cameras,
                follow,
                mediaDirectory(ingest),
                captureSettings(ingest),
                ingest.getInt("queue-frames"),
                ingest.getDuration("flush-timeout"),
                ProducerSettings.with(Map.of("bootstrap.servers", bootstrapServers)));
    }

    /**
     * Reads a configuration file.
     *
     * @throws IllegalArgumentException if it is missing, malformed, or says what cannot be done; with a sentence that
     * names
     *     the camera and the key
     */
    public static IngestConfig load(Path file) {
        Config config;
        try {
            config = ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
        } catch (ConfigException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, messageOf(e)), e);
        }
        try {
            return from(config);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Reads a resolved configuration that has nothing but the keys of {@code ingest-reference.conf}. */
    public static IngestConfig from(Config config) {
        try {
            KNOWN.check(config);
            Config all = config.withFallback(REFERENCE);
            Config ingest = all.getConfig("ingest");
            return new IngestConfig(
                    cameras(all.getConfigList("cameras"), ingest),
                    ingest.getBoolean("follow"),
                    mediaDirectory(ingest),
                    captureSettings(ingest),
                    ingest.getInt("queue-frames"),
                    ingest.getDuration("flush-timeout"),
                    ProducerSettings.with(config.hasPath("kafka") ? flattened(config.getConfig("kafka")) : Map.of()));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(messageOf(e), e);
        }
    }

    private static List<CameraConfig> cameras(List<? extends Config> cameras, Config ingest) {
        return IntStream.range(0, cameras.size())
                .mapToObj(i -> camera(cameras.get(i), "cameras[%d]".formatted(i), ingest))
                .toList();
    }

    private static CameraConfig camera(Config camera, String position, Config ingest) {
        String name = camera.hasPath("id") ? "camera " + camera.getString("id") : position;
        try {
            KNOWN_OF_CAMERA.check(camera);
            CameraId id = new CameraId(camera.getString("id"));
            SourceUri source = SourceUri.parse(camera.getString("source"));
            Config defaults = defaultsFor(source, ingest);
            FrameEncoding encoding = encoding(camera.withFallback(defaults).getString("encoding"));
            Config wanted = camera.withFallback(defaultsFor(encoding, defaults));
            return new CameraConfig(
                    id,
                    source,
                    wanted.getDouble("frame-rate"),
                    wanted.getInt("width"),
                    wanted.getInt("quality"),
                    wanted.getBoolean("loop"),
                    pacing(wanted.getString("pacing")),
                    encoding);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(name, messageOf(e)), e);
        }
    }

    /** The ingest block without what does not concern this kind of source. */
    private static Config defaultsFor(SourceUri source, Config ingest) {
        Config defaults = source.kind() == SourceUri.Kind.FILE ? ingest : ingest.withoutPath("loop");
        defaults = source.readableAtAnySpeed() ? defaults : defaults.withoutPath("pacing");
        defaults = source.kind() == SourceUri.Kind.TEST_PATTERN ? defaults.withoutPath("encoding") : defaults;
        return defaults.withFallback(REFERENCE.getConfig("ingest"));
    }

    /** The same without what does not concern this encoding. */
    private static Config defaultsFor(FrameEncoding encoding, Config defaults) {
        return encoding == FrameEncoding.H264
                ? defaults.withoutPath("frame-rate").withoutPath("width").withFallback(REFERENCE.getConfig("ingest"))
                : defaults;
    }

    private static FrameEncoding encoding(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "jpeg" -> FrameEncoding.JPEG;
            case "h264" -> FrameEncoding.H264;
            default -> throw new IllegalArgumentException("encoding must be jpeg or h264: " + text);
        };
    }

    private static Pacing pacing(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "realtime" -> Pacing.REALTIME;
            case "unpaced" -> Pacing.UNPACED;
            default -> throw new IllegalArgumentException("pacing must be realtime or unpaced: " + text);
        };
    }

    private static CaptureSettings captureSettings(Config ingest) {
        return new CaptureSettings(
                ingest.getDuration("stall-timeout"),
                ingest.getDuration("retry.first"),
                ingest.getDuration("retry.max"),
                ingest.getDuration("retry.healthy-after"));
    }

    private static Optional<Path> mediaDirectory(Config ingest) {
        return Optional.of(ingest.getString("media-directory"))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
    }

    private static Map<String, Object> flattened(Config kafka) {
        Map<String, Object> values = new HashMap<>();
        kafka.entrySet()
                .forEach(entry -> values.put(
                        String.join(".", ConfigUtil.splitPath(entry.getKey())),
                        entry.getValue().unwrapped()));
        return values;
    }

    private static String messageOf(RuntimeException e) {
        return SourceUri.maskUrls(String.valueOf(e.getMessage()));
    }
}
