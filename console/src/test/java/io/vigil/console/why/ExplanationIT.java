package io.vigil.console.why;

import static io.vigil.console.why.AnalysedClip.CAMERA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.TestService;
import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.detection.SimilarPoint;
import io.vigil.streams.explain.CameraLog;
import io.vigil.streams.explain.ExplainedAction;
import io.vigil.streams.explain.ExplainedDetection;
import io.vigil.streams.explain.Explainer;
import io.vigil.streams.explain.LoggedFrame;
import io.vigil.streams.explain.NoAnswerException;
import io.vigil.streams.explain.NoAnswerException.Reason;
import io.vigil.streams.recognition.Action;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why the shipped models found what they found in the bundled clip, and what is said where that cannot be told. */
class ExplanationIT {

    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private static Path directory;

    private static AnalysedClip clip;
    private static Explainer explainer;

    @BeforeAll
    static void analyseTheClip() {
        clip = AnalysedClip.analyse(directory);
        explainer = ServiceHost.explainer(clip.config(), clip.topics()).orElseThrow();
    }

    @AfterAll
    static void stop() {
        explainer.close();
        clip.close();
    }

    @Test
    void theExplainedDetectionShouldBeThePublishedOne() throws Exception {
        List<Detections> some =
                clip.withBoxes().filter(found -> found.getSequence() % 7 == 0).toList();
        assertThat(some).hasSizeGreaterThan(2);
        for (Detections published : some) {
            Box box = published.getBoxes().get(0);
            ExplainedDetection why = explainer
                    .detection(CAMERA, published.getEpoch(), published.getSequence(), 0)
                    .get();

            assertThat(why.label()).isEqualTo(box.getLabel());
            assertThat(why.score()).isCloseTo(box.getScore(), within(1e-3f));
            assertThat(why.box().x1()).isCloseTo(box.getX(), within(1e-3f));
            assertThat(why.box().y1()).isCloseTo(box.getY(), within(1e-3f));
            assertThat(why.box().width()).isCloseTo(box.getW(), within(1e-3f));
            assertThat(why.box().height()).isCloseTo(box.getH(), within(1e-3f));
            assertThat(why.supports())
                    .extracting(support -> support.frame().sequence())
                    .isEqualTo(
                            Stream.concat(published.getSupportSequences().stream(), Stream.of(published.getSequence()))
                                    .toList());
            weightsShouldSumToOne(why);
            pointsShouldLieInThePicture(why);
        }
    }

    @Test
    void theExplainedActionShouldBeThePublishedOne() throws Exception {
        assertThat(clip.actions()).isNotEmpty();
        for (Actions published :
                clip.actions().subList(0, Math.min(3, clip.actions().size()))) {
            ExplainedAction why = explainer
                    .action(CAMERA, published.getEpoch(), published.getEndTime())
                    .get();

            for (int i = 0; i < published.getScores().size(); i++) {
                ActionScore score = published.getScores().get(i);
                Action again = why.actions().get(i);
                assertThat(again.label()).isEqualTo(score.getLabel());
                assertThat(again.score()).isCloseTo(score.getScore(), within(1e-3f));
            }
            assertThat(why.frames()).extracting(LoggedFrame::sequence).isEqualTo(published.getSequences());
            assertThat(why.blocks()).hasSizeGreaterThan(1).allSatisfy(block -> {
                assertThat(block.importance())
                        .hasSize(why.frames().size())
                        .allMatch(importance -> importance > 0 && importance < 1);
                assertThat(sum(block.kernel())).isCloseTo(1, within(1e-4));
                assertThat(block.kernels())
                        .allSatisfy(taps -> assertThat(sum(taps)).isCloseTo(1, within(1e-4)));
            });
        }
    }

    @Test
    void whatIsNotThereShouldBeRefusedWithASentence() {
        Detections known = clip.withBoxes().findFirst().orElseThrow();

        refused(
                explainer.detection(CAMERA, known.getEpoch(), 1_000_000, 0),
                Reason.NOT_FOUND,
                "frame 1000000 of camera gate");
        refused(explainer.detection("yard", known.getEpoch(), 0, 0), Reason.NOT_FOUND, "camera yard");
        refused(
                explainer.detection(CAMERA, known.getEpoch(), known.getSequence(), 99),
                Reason.NOT_FOUND,
                "none with the number 99");
        refused(
                explainer.action(CAMERA, 1, known.getCaptureTime()),
                Reason.NOT_FOUND,
                "no clip of camera gate in epoch 1");
    }

    @Test
    void whatKafkaNoLongerHoldsShouldBeSaidToBeGone() throws Exception {
        Topics old = TestService.topics(clip.broker(), "old.", 1);
        Detections found = Detections.newBuilder(clip.withBoxes().findFirst().orElseThrow())
                .setSupportSequences(List.of())
                .build();
        Frame frame;
        try (CameraLog log = new CameraLog(clip.topics(), Map.of("bootstrap.servers", clip.bootstrap()))) {
            frame = log.frame(CAMERA, found.getEpoch(), found.getSequence(), found.getCaptureTime())
                    .orElseThrow()
                    .value();
        }
        publish(old.frames(), frame, frame.getCaptureTime());
        publish(old.detections(), found, found.getCaptureTime());
        try (Explainer asked = ServiceHost.explainer(clip.config(), old).orElseThrow();
                Admin admin = Admin.create(Map.of("bootstrap.servers", clip.bootstrap()))) {
            TopicPartition frames = new TopicPartition(old.frames().name(), 0);
            admin.deleteRecords(Map.of(frames, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();

            refused(
                    asked.detection(CAMERA, found.getEpoch(), found.getSequence(), 0),
                    Reason.GONE,
                    "frame %d of camera gate is no longer there".formatted(found.getSequence()));
        }
    }

    @Test
    void moreQuestionsThanMayWaitShouldBeRefused() {
        Config impatient = ConfigFactory.parseString("explain.waiting = 0").withFallback(clip.config());
        Detections known = clip.withBoxes().findFirst().orElseThrow();
        try (Explainer asked = ServiceHost.explainer(impatient, clip.topics()).orElseThrow()) {
            CompletableFuture<ExplainedDetection> first =
                    asked.detection(CAMERA, known.getEpoch(), known.getSequence(), 0);

            refused(
                    asked.detection(CAMERA, known.getEpoch(), known.getSequence(), 0),
                    Reason.BUSY,
                    "ask again in a moment");
            assertThat(first).succeedsWithin(LIMIT);
        }
    }

    @Test
    void whatAnswersAreMadeWithShouldBeReleasedAfterARest() throws Exception {
        Config resting = ConfigFactory.parseString("application-id = resting, explain.idle = 3 s")
                .withFallback(clip.config());
        ObjectName connection = new ObjectName("kafka.consumer:type=app-info,id=resting-explainer");
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        Detections known = clip.withBoxes().findFirst().orElseThrow();
        try (Explainer asked = ServiceHost.explainer(resting, clip.topics()).orElseThrow()) {
            assertThat(beans.isRegistered(connection)).isFalse();
            for (int i = 0; i < 2; i++) {
                assertThat(asked.detection(CAMERA, known.getEpoch(), known.getSequence(), 0))
                        .succeedsWithin(LIMIT);
                assertThat(beans.isRegistered(connection)).isTrue();
                await().atMost(LIMIT).until(() -> !beans.isRegistered(connection));
            }
        }
    }

    private static void weightsShouldSumToOne(ExplainedDetection why) {
        double sum = why.own().mean();
        for (ExplainedDetection.Support support : why.supports()) {
            double ofPoints =
                    support.points().stream().mapToDouble(SimilarPoint::weight).sum();
            assertThat(ofPoints).isCloseTo(support.attention().mean(), within(1e-4));
            assertThat(sum(support.attention().blocks())
                            / support.attention().blocks().size())
                    .isCloseTo(support.attention().mean(), within(1e-4));
            sum += ofPoints;
        }
        assertThat(sum).isCloseTo(1, within(1e-3));
    }

    private static void pointsShouldLieInThePicture(ExplainedDetection why) {
        assertThat(why.supports()).allSatisfy(support -> assertThat(support.points())
                .hasSizeGreaterThanOrEqualTo(why.bins() * why.bins())
                .allMatch(point ->
                        point.x() >= 0 && point.x() <= why.width() && point.y() >= 0 && point.y() <= why.height()));
    }

    private static double sum(List<Float> values) {
        return values.stream().mapToDouble(Float::doubleValue).sum();
    }

    private static void refused(CompletableFuture<?> answer, Reason reason, String sentence) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(answer::get)
                .havingCause()
                .isInstanceOfSatisfying(NoAnswerException.class, refusal -> assertThat(refusal.reason())
                        .as(refusal.sentence())
                        .isEqualTo(reason))
                .withMessageContaining(sentence);
    }

    private static <T extends SpecificRecord> void publish(Topic<T> topic, T value, Instant time) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", clip.bootstrap(), "max.request.size", topic.maxMessageBytes()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic.name(),
                            null,
                            time.toEpochMilli(),
                            CAMERA,
                            topic.values().toBytes(value)))
                    .get();
        }
    }
}
