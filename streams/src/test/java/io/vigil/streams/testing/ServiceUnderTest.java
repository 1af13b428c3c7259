package io.vigil.streams.testing;

import com.typesafe.config.ConfigFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.schema.Actions;
import io.vigil.schema.Camera;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Skipped;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.ahead.Cores;
import io.vigil.streams.ahead.LookAhead;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.clip.RecognitionProcessor;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.support.DetectionProcessor;
import io.vigil.streams.topology.VideoTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The whole topology with real models in a test driver: frames in, and everything it wrote out. */
public final class ServiceUnderTest implements AutoCloseable {

    public static final Topics TOPICS = Topics.standard();

    private static final String DEFAULTS = """
            admission.frames-per-second = 10
            detection.package = "%s"
            recognition.package = "%s"
            """.formatted(TestPackages.DETECTION, TestPackages.RECOGNITION);

    /** The driver gives the topology one record after the other, so that there is none to look ahead to. */
    private static final Cores NO_IDLE_CORES = new Cores(0, 1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ManualClock clock = new ManualClock(FrameFixture.START);
    private final ServiceConfig config;
    private final DetectionModel detector;
    private final RecognitionModel recognizer;
    private TopologyTestDriver driver;

    private ServiceUnderTest(String hocon) {
        config = ServiceConfig.from(ConfigFactory.parseString(hocon).withFallback(ConfigFactory.parseString(DEFAULTS)));
        detector = DetectionModel.load(config.detection().modelPackage(), TestPackages.INFERENCE);
        Path recognition = config.recognition().orElseThrow().modelPackage();
        recognizer = RecognitionModel.load(recognition, TestPackages.INFERENCE);
        driver = newDriver();
    }

    /** With this configuration over that of the tests: ten frames per second, the test packages. */
    public static ServiceUnderTest with(String hocon) {
        return new ServiceUnderTest(hocon);
    }

    /** What was counted so far. */
    public MeterRegistry meters() {
        return meters;
    }

    public Topology topology() {
        DetectionProcessor.Setup detection = new DetectionProcessor.Setup(
                detector,
                config.detection().postProcessing(detector.thresholds()),
                config.detection()
                        .supports(
                                detector.manifest().temporal(),
                                config.admission().period()));
        Optional<RecognitionProcessor.Setup> recognition = config.recognition()
                .map(given -> new RecognitionProcessor.Setup(
                        recognizer,
                        given.topK(),
                        given.clips(
                                recognizer.manifest().temporal(),
                                config.admission().period())));
        return new VideoTopology(
                        TOPICS,
                        config.frames(),
                        config.admission(),
                        config.commitPolicy(),
                        detection,
                        config.tracking(),
                        recognition,
                        new LookAhead(detector, VideoTopology.inputs(detection, recognition), NO_IDLE_CORES, clock),
                        config.rules(),
                        config.silence(),
                        clock,
                        new FrameMetrics(meters))
                .build();
    }

    public ServiceUnderTest pipe(FrameFixture frame) {
        return pipe(frame.build().getCameraId().getBytes(StandardCharsets.UTF_8), frame.toBytes());
    }

    public ServiceUnderTest pipe(byte[] key, byte[] value) {
        return pipe(new TestRecord<>(key, value, FrameFixture.START));
    }

    public ServiceUnderTest pipe(TestRecord<byte[], byte[]> record) {
        driver.createInputTopic(TOPICS.frames().name(), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(record);
        return this;
    }

    /** A record of the cameras topic. */
    public ServiceUnderTest pipe(Camera camera) {
        return pipeCamera(camera.getCameraId(), TOPICS.cameras().values().toBytes(camera));
    }

    /**
     * Any bytes in the cameras topic.
     *
     * @param value null removes the camera
     */
    public ServiceUnderTest pipeCamera(String key, byte @Nullable [] value) {
        driver.createInputTopic(TOPICS.cameras().name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value);
        return this;
    }

    /** Lets the clock of the host run, so that what is due by it happens. */
    public ServiceUnderTest wait(Duration duration) {
        clock.advance(duration);
        driver.advanceWallClockTime(duration);
        return this;
    }

    /** Ends the processors and starts new ones over the same stores, as after a restart or a rebalance. */
    public ServiceUnderTest restart() {
        TopologyTestDriver before = driver;
        driver = newDriver();
        copyState(before, driver);
        before.close();
        return this;
    }

    /** As if the other service had been started again with this one's configuration. */
    public ServiceUnderTest takeStateFrom(ServiceUnderTest other) {
        copyState(other.driver, driver);
        return this;
    }

    /** The state of a service that was killed when one store was ahead of the others. */
    public ServiceUnderTest takeStateFrom(ServiceUnderTest other, String store) {
        copyState(other.driver, driver, store);
        return this;
    }

    /** What the topology has written since the last call, oldest first. */
    public List<Detections> detections() {
        return read(TOPICS.detections());
    }

    public List<Actions> actions() {
        return read(TOPICS.actions());
    }

    public List<Event> events() {
        return read(TOPICS.events());
    }

    public List<Skipped> skipped() {
        return read(TOPICS.skipped());
    }

    public List<DeadLetter> deadLetters() {
        return read(TOPICS.deadLetters());
    }

    /** Reads the dead letters, too. */
    public List<String> deadLetterKeys() {
        return records(TOPICS.deadLetters()).stream().map(TestRecord::key).toList();
    }

    /** Of the first of the detections, which it reads. */
    public Headers detectionHeaders() {
        return records(TOPICS.detections()).get(0).headers();
    }

    /** How many entries a store holds. */
    public int storeSize(String store) {
        return entries(driver, store).size();
    }

    @Override
    public void close() {
        driver.close();
        detector.close();
        recognizer.close();
    }

    private TopologyTestDriver newDriver() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, temporaryDirectory().toString());
        return new TopologyTestDriver(topology(), settings, clock.instant());
    }

    /** Under target, because the driver leaves it behind. */
    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory(Path.of("target"), "state");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T extends SpecificRecord> List<T> read(Topic<T> topic) {
        return records(topic).stream().map(TestRecord::value).toList();
    }

    private <T extends SpecificRecord> List<TestRecord<String, T>> records(Topic<T> topic) {
        return driver.createOutputTopic(
                        topic.name(), new StringDeserializer(), topic.values().deserializer())
                .readRecordsToList();
    }

    private static void copyState(TopologyTestDriver from, TopologyTestDriver to) {
        for (String store : List.of(
                StoreNames.PROGRESS,
                StoreNames.GROUP_FRAMES,
                StoreNames.SUPPORT_FRAMES,
                StoreNames.TRACKS,
                StoreNames.CLIP_FRAMES,
                StoreNames.CAMERA_RULES,
                StoreNames.SCENES,
                StoreNames.ACTION_STREAKS,
                StoreNames.LAST_FRAMES)) {
            copyState(from, to, store);
        }
    }

    private static void copyState(TopologyTestDriver from, TopologyTestDriver to, String store) {
        KeyValueStore<Object, Object> target = to.getKeyValueStore(store);
        entries(from, store).forEach(entry -> target.put(entry.key, entry.value));
    }

    private static List<KeyValue<Object, Object>> entries(TopologyTestDriver driver, String name) {
        KeyValueStore<Object, Object> store = driver.getKeyValueStore(name);
        List<KeyValue<Object, Object>> entries = new ArrayList<>();
        try (KeyValueIterator<Object, Object> all = store.all()) {
            all.forEachRemaining(entries::add);
        }
        return entries;
    }
}
