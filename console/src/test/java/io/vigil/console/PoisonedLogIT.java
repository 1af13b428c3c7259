package io.vigil.console;

import static io.vigil.schema.DeadLetterReason.DIMENSION_MISMATCH;
import static io.vigil.schema.DeadLetterReason.INVALID_KEY;
import static io.vigil.schema.DeadLetterReason.KEY_MISMATCH;
import static io.vigil.schema.DeadLetterReason.MALFORMED;
import static io.vigil.schema.DeadLetterReason.NULL_VALUE;
import static io.vigil.schema.DeadLetterReason.OVERSIZED;
import static io.vigil.schema.DeadLetterReason.TRUNCATED;
import static io.vigil.schema.DeadLetterReason.UNDECODABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.service.ServiceHost;
import io.vigil.console.testing.CommittedResults;
import io.vigil.console.testing.FrameLog;
import io.vigil.console.testing.Pictures;
import io.vigil.console.testing.TestService;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.Topics;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on a real broker, on a log that is not all frames. */
class PoisonedLogIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String CAMERA = "gate";
    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;
    private static final Instant BEGIN = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final byte[] JPEG = Pictures.jpeg(WIDTH, HEIGHT, Color.GRAY);

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void startBroker() {
        broker = TestService.broker(directory);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void poisonShouldBecomeADeadLetterAndTheStreamGoOn() {
        // Given: each of them followed by a sound frame
        Topics topics = TestService.topics(broker, "poisoned.", 1);
        List<Poison> poisons = poisons(topics);
        try (Producer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < poisons.size(); i++) {
                Poison poison = poisons.get(i);
                producer.send(new ProducerRecord<>(topics.frames().name(), poison.key(), poison.value()));
                producer.send(new ProducerRecord<>(topics.frames().name(), key(CAMERA), value(topics, frame(i))));
            }
        }

        // When:
        try (ServiceHost service = TestService.start(broker, topics, "poisoned", directory);
                CommittedResults results = new CommittedResults(broker.bootstrap(), topics)) {
            results.awaitOutcomes(2 * poisons.size(), LIMIT);

            // Then:
            assertThat(results.deadLetters())
                    .extracting(DeadLetter::getReason)
                    .isEqualTo(poisons.stream().map(Poison::reason).toList());
            for (int i = 0; i < poisons.size(); i++) {
                assertOrigin(results.deadLetters().get(i), poisons.get(i), topics, 2L * i);
            }
            assertThat(results.detections(CAMERA))
                    .extracting(Detections::getSequence)
                    .isEqualTo(LongStream.range(0, poisons.size()).boxed().toList());
            service.check();
        }
    }

    @Test
    void theSameLogShouldGiveTheSameResultsAgain() {
        // Given:
        Topics first = TestService.topics(broker, "first.", 3);
        Topics second = TestService.topics(broker, "second.", 3);
        FrameLog log = FrameLog.of(first.frames(), List.of("gate", "yard"), 300, BEGIN);
        log.publish(broker.bootstrap(), first.frames());
        log.publish(broker.bootstrap(), second.frames());

        // When:
        List<Object> once = resultsOf(first, "first", log);
        List<Object> again = resultsOf(second, "second", log);

        // Then:
        assertThat(once).hasSizeGreaterThan(300).isEqualTo(again);
    }

    private static List<Object> resultsOf(Topics topics, String applicationId, FrameLog log) {
        List<Object> all = new ArrayList<>();
        try (ServiceHost service = TestService.start(broker, topics, applicationId, directory);
                CommittedResults results = new CommittedResults(broker.bootstrap(), topics)) {
            results.awaitOutcomes(log.entries().size(), LIMIT);
            results.linger(Duration.ofSeconds(1));
            for (String camera : List.of("gate", "yard")) {
                all.addAll(results.detectionsWithoutTimings(camera));
                all.addAll(results.actionsWithoutTimings(camera));
                all.addAll(results.skipped(camera));
            }
        }
        return all;
    }

    private static void assertOrigin(DeadLetter letter, Poison poison, Topics topics, long offset) {
        assertThat(letter.getTopic()).isEqualTo(topics.frames().name());
        assertThat(letter.getOffset()).isEqualTo(offset);
        assertThat(letter.getMessage()).isNotBlank();
        assertThat(letter.getKey()).isEqualTo(poison.key() == null ? null : ByteBuffer.wrap(poison.key()));
        assertThat(letter.getValue()).isEqualTo(poison.value() == null ? null : ByteBuffer.wrap(poison.value()));
    }

    private static List<Poison> poisons(Topics topics) {
        byte[] sound = value(topics, frame(0));
        byte[] unknownSchema = sound.clone();
        unknownSchema[4] = 99;
        byte[] noPicture = "this is no picture at all".getBytes(StandardCharsets.US_ASCII);
        List<Poison> poisons = new ArrayList<>(List.of(
                new Poison(key(CAMERA), null, NULL_VALUE),
                new Poison(null, sound, INVALID_KEY),
                new Poison(key("no camera!"), sound, INVALID_KEY),
                new Poison(key("yard"), sound, KEY_MISMATCH),
                new Poison(key(CAMERA), new byte[] {7, 1, 2, 3, 4, 5, 6}, MALFORMED),
                new Poison(key(CAMERA), unknownSchema, MALFORMED),
                new Poison(key(CAMERA), Pictures.cut(sound, 0.1), MALFORMED),
                new Poison(key(CAMERA), value(topics, frame(0, noPicture, WIDTH, HEIGHT)), UNDECODABLE),
                new Poison(key(CAMERA), value(topics, frame(0, JPEG, 2 * WIDTH, HEIGHT)), DIMENSION_MISMATCH),
                new Poison(
                        key(CAMERA),
                        value(topics, frame(0, Pictures.claimingSize(JPEG, 65_000, 65_000), 65_000, 65_000)),
                        OVERSIZED)));
        for (double share : List.of(0.7, 0.8, 0.9, 0.99)) {
            poisons.add(new Poison(
                    key(CAMERA), value(topics, frame(0, Pictures.cut(JPEG, share), WIDTH, HEIGHT)), TRUNCATED));
        }
        return poisons;
    }

    private static Frame frame(long sequence) {
        return frame(sequence, JPEG, WIDTH, HEIGHT);
    }

    private static Frame frame(long sequence, byte[] jpeg, int width, int height) {
        return new Frame(
                CAMERA,
                1L,
                sequence,
                BEGIN.plusMillis(sequence * 100),
                width,
                height,
                FrameEncoding.JPEG,
                ByteBuffer.wrap(jpeg),
                null);
    }

    private static byte[] value(Topics topics, Frame frame) {
        return topics.frames().values().toBytes(frame);
    }

    private static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private record Poison(byte[] key, byte[] value, DeadLetterReason reason) {}
}
