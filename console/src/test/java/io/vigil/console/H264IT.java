package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.BrokerProcess;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.H264Video;
import io.vigil.console.testing.TestService;
import io.vigil.console.testing.VigilProcess;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.explain.CameraLog;
import io.vigil.streams.frame.h264.FramePlayer;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An H.264 camera, from its video to what is found in it, and its pictures back from the log. */
class H264IT {

    private static final String CAMERA = "yard";
    private static final Duration LIMIT = Duration.ofSeconds(180);

    @TempDir
    private Path directory;

    @Test
    void pictureShouldBeTheOneThatCaptureWouldHaveEncoded() throws Exception {
        H264Video video = H264Video.write(directory.resolve("grey.mp4"), 60, 30);
        List<byte[]> jpegs = video.jpegs();

        try (FramePlayer player = new FramePlayer()) {
            for (Frame frame : video.frames(CAMERA, Instant.EPOCH)) {
                assertThat(player.show(frame).orElseThrow().getImage().array())
                        .isEqualTo(jpegs.get(Math.toIntExact(frame.getSequence())));
            }
        }
    }

    @Test
    void everyAccessUnitShouldHaveOneOutcomeAndAPicture() throws Exception {
        H264Video video = H264Video.write(directory.resolve("grey.mp4"), 120, 30);
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, "vigil.", 2);
            try (CommittedResults results = new CommittedResults(broker.bootstrap(), topics)) {
                try (ServiceHost service = TestService.start(broker, topics, "h264", directory);
                        Ingest ingest = Ingest.start(
                                IngestConfig.of(
                                        List.of(video.camera(CAMERA).withPacing(Pacing.UNPACED)), broker.bootstrap()),
                                topics.frames(),
                                Backpressure.none(),
                                new SimpleMeterRegistry())) {
                    results.awaitOutcomes(120, LIMIT);
                }

                List<Detections> found = results.detections(CAMERA);
                assertThat(outcomes(results))
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.range(0, 120).boxed().toList());
                assertThat(results.deadLetters()).isEmpty();
                assertThat(results.skipped(CAMERA))
                        .extracting(Skipped::getReason)
                        .containsOnly(SkipReason.RATE_LIMITED);
                assertThat(found)
                        .filteredOn(detections -> detections.getBoxes().size()
                                == 1 + detections.getSupportSequences().size())
                        .as("frames whose box was not suppressed by that of an equally bright support frame")
                        .hasSizeGreaterThan(40)
                        .allSatisfy(detections -> assertThat(levelSeen(detections))
                                .isCloseTo(H264Video.level(detections.getSequence()), within(H264Video.TOLERANCE)));
                assertPicturesComeBack(broker, topics, found);
                assertVideoIsExported(broker, found);
            }
        }
    }

    @Test
    void killedServiceShouldGoOnInTheMiddleOfAGroup() throws Exception {
        List<Frame> frames = H264Video.write(directory.resolve("grey.mp4"), 3000, 250)
                .frames(CAMERA, Instant.now().truncatedTo(ChronoUnit.SECONDS));
        try (BrokerProcess broker = BrokerProcess.start(directory)) {
            Topics killedTopics = broker.createTopics("killed.", 8);
            Topics unharmedTopics = broker.createTopics("unharmed.", 8);
            publish(broker.bootstrap(), killedTopics.frames(), frames);
            publish(broker.bootstrap(), unharmedTopics.frames(), frames);

            try (CommittedResults killed = new CommittedResults(broker.bootstrap(), killedTopics);
                    CommittedResults unharmed = new CommittedResults(broker.bootstrap(), unharmedTopics)) {
                killWhenOutcomesReach(120, killed, broker);
                killWhenOutcomesReach(1100, killed, broker);
                serveAll(frames.size(), killed, "killed.", broker);
                serveAll(frames.size(), unharmed, "unharmed.", broker);

                assertThat(killed.skipped(CAMERA))
                        .extracting(Skipped::getReason)
                        .containsOnly(SkipReason.RATE_LIMITED);
                assertThat(killed.deadLetters()).isEmpty();
                assertThat(killed.detectionsWithoutTimings(CAMERA))
                        .isNotEmpty()
                        .isEqualTo(unharmed.detectionsWithoutTimings(CAMERA));
                assertThat(killed.actionsWithoutTimings(CAMERA))
                        .isNotEmpty()
                        .isEqualTo(unharmed.actionsWithoutTimings(CAMERA));
            }
        }
    }

    private static void assertPicturesComeBack(EmbeddedBroker broker, Topics topics, List<Detections> found)
            throws Exception {
        try (CameraLog log =
                new CameraLog(topics, Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()))) {
            for (Detections detections : found.subList(40, 45)) {
                Frame frame = log.frame(
                                CAMERA, detections.getEpoch(), detections.getSequence(), detections.getCaptureTime())
                        .orElseThrow()
                        .value();

                assertThat(frame.getEncoding()).isEqualTo(FrameEncoding.JPEG);
                int rgb = ImageIO.read(new ByteArrayInputStream(frame.getImage().array()))
                        .getRGB(32, 24);
                assertThat(rgb & 0xFF)
                        .isCloseTo(H264Video.level(detections.getSequence()), within(H264Video.TOLERANCE));
            }
        }
    }

    /** From the middle of a group on. */
    private void assertVideoIsExported(EmbeddedBroker broker, List<Detections> found) throws Exception {
        Detections first = found.stream()
                .filter(detections -> detections.getSequence() >= 45)
                .findFirst()
                .orElseThrow();
        try (VigilProcess export = VigilProcess.start(
                directory,
                "export",
                "--bootstrap",
                broker.bootstrap(),
                "--from",
                first.getCaptureTime().truncatedTo(ChronoUnit.MILLIS).toString(),
                "--format",
                "mp4",
                "--out",
                directory.resolve("videos").toString())) {
            assertThat(export.awaitExit(LIMIT)).as(export.output()).isZero();
            assertThat(export.output()).contains("yard.mp4: %d frames".formatted(120 - first.getSequence()));
            assertThat(export.output()).doesNotContain("left out");
        }
    }

    private static void killWhenOutcomesReach(int count, CommittedResults results, BrokerProcess broker)
            throws Exception {
        try (VigilProcess service = serve(broker, "killed.")) {
            results.awaitOutcomes(Math.max(count, results.outcomes() + 1), LIMIT);
            service.kill();
            assertThat(results.outcomes()).as("killed in mid-run").isLessThan(3000);
        }
    }

    private static void serveAll(int count, CommittedResults results, String prefix, BrokerProcess broker)
            throws Exception {
        try (VigilProcess service = serve(broker, prefix)) {
            results.awaitOutcomes(count, LIMIT);
            results.linger(Duration.ofSeconds(1));
            assertThat(results.outcomes()).isEqualTo(count);
        }
    }

    private static VigilProcess serve(BrokerProcess broker, String prefix) {
        return broker.startService(
                prefix,
                Map.of("VIGIL_ADMISSION_FRAMES_PER_SECOND", "5"),
                "--topic-prefix",
                prefix,
                "--application-id",
                prefix + "vigil");
    }

    private static void publish(String bootstrap, Topic<Frame> topic, List<Frame> frames) {
        try (Producer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
                new StringSerializer(),
                new ByteArraySerializer())) {
            frames.forEach(frame -> producer.send(new ProducerRecord<>(
                    topic.name(),
                    null,
                    frame.getCaptureTime().toEpochMilli(),
                    CAMERA,
                    topic.values().toBytes(frame))));
            producer.flush();
        }
    }

    private static List<Long> outcomes(CommittedResults results) {
        return Stream.concat(
                        results.detections(CAMERA).stream().map(Detections::getSequence),
                        results.skipped(CAMERA).stream().map(Skipped::getSequence))
                .toList();
    }

    /** The last box stands for the key frame, and is as wide as that is bright. */
    private static int levelSeen(Detections detections) {
        Box last = detections.getBoxes().get(detections.getBoxes().size() - 1);
        return Math.round(last.getW() * 255 / detections.getWidth());
    }
}
