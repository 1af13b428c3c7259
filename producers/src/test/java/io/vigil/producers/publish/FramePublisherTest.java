package io.vigil.producers.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.testing.Frames;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class FramePublisherTest {

    private static final Topic<Frame> TOPIC = Topics.standard().frames();
    private static final CameraConfig YARD = camera("yard");

    private final FakeProducer producer = new FakeProducer(true);

    @Test
    void shouldKeyByCameraAndStampWithTheCaptureTime() throws Exception {
        try (FramePublisher publisher = publisher(producer)) {
            publisher.queueFor(YARD).add(Frames.frame(7, 10));
            assertThat(publisher.flush(Duration.ofSeconds(5))).isTrue();
        }

        ProducerRecord<String, Frame> record = producer.history().get(0);
        assertThat(record.topic()).isEqualTo("vigil.frames");
        assertThat(record.key()).isEqualTo("yard");
        assertThat(record.partition()).isNull();
        assertThat(record.timestamp()).isEqualTo(1_007);
    }

    @Test
    void shouldDropTheOldestWhileTheBrokerIsAwayAndPublishTheRestWhenItIsBack() throws Exception {
        producer.partitionsForException = new TimeoutException("away");
        try (FramePublisher publisher = publisher(producer)) {
            FrameQueue queue = publisher.queueFor(YARD);
            for (int i = 0; i < 10; i++) {
                queue.add(Frames.frame(i, 10));
            }
            assertThat(producer.history()).isEmpty();
            producer.partitionsForException = null;
            assertThat(publisher.flush(Duration.ofSeconds(5))).isTrue();

            assertThat(producer.history())
                    .extracting(record -> record.value().getSequence())
                    .containsExactly(6L, 7L, 8L, 9L);
            assertThat(queue.counters().dropped()).containsEntry(DropReason.QUEUE_FULL, 6L);
            assertThat(queue.counters().published()).isEqualTo(4);
        }
    }

    @Test
    void shouldNotLetACameraThatGetsNoAnswerHoldUpAnother() throws Exception {
        FakeProducer unanswered = new FakeProducer(false);
        try (FramePublisher publisher = publisher(unanswered)) {
            FrameQueue stuck = publisher.queueFor(YARD);
            FrameQueue other = publisher.queueFor(camera("gate"));
            stuck.add(Frames.frame(0, 600));
            await().until(() -> !unanswered.history().isEmpty());
            for (int i = 1; i < 20; i++) {
                stuck.add(Frames.frame(i, 600));
            }
            other.add(Frames.frame("gate", 0, 600));

            await().until(() -> unanswered.history().stream()
                    .anyMatch(record -> record.key().equals("gate")));
            assertThat(unanswered.history())
                    .filteredOn(record -> record.key().equals("yard"))
                    .hasSize(1);
            assertThat(stuck.counters().dropped()).containsEntry(DropReason.QUEUE_FULL, 15L);
        }
    }

    @Test
    void shouldCountWhatIsUnansweredWhenItCloses() throws Exception {
        FakeProducer unanswered = new FakeProducer(false);
        FrameQueue queue;
        try (FramePublisher publisher = publisher(unanswered)) {
            queue = publisher.queueFor(YARD);
            for (int i = 0; i < 3; i++) {
                queue.add(Frames.frame(i, 600));
            }
            await().until(() -> !unanswered.history().isEmpty());
            assertThat(publisher.flush(Duration.ofMillis(50))).isFalse();
        }

        assertThat(queue.counters().dropped()).containsEntry(DropReason.CLOSED, 3L);
        queue.add(Frames.frame(3, 10));
        assertThat(queue.counters().dropped()).containsEntry(DropReason.CLOSED, 4L);
    }

    @Test
    void shouldCountWhatKafkaRefusesByReason() throws Exception {
        try (FramePublisher publisher = publisher(producer)) {
            FrameQueue queue = publisher.queueFor(YARD);
            producer.failures.add(new RecordTooLargeException("too large"));
            producer.failures.add(new TimeoutException("expired"));
            for (int i = 0; i < 3; i++) {
                queue.add(Frames.frame(i, 10));
            }
            assertThat(publisher.flush(Duration.ofSeconds(5))).isTrue();

            assertThat(queue.counters().dropped())
                    .containsEntry(DropReason.TOO_LARGE, 1L)
                    .containsEntry(DropReason.SEND_FAILED, 1L);
            assertThat(queue.counters().published()).isEqualTo(1);
        }
    }

    @Test
    void shouldReplaceAProducerThatIsBeyondRepair() throws Exception {
        FakeProducer broken = new FakeProducer(true);
        broken.sendException = new KafkaException("fatal state");
        AtomicInteger made = new AtomicInteger();
        try (FramePublisher publisher = new FramePublisher(
                TOPIC, () -> made.getAndIncrement() == 0 ? broken : producer, 4, 1_000, new SimpleMeterRegistry())) {
            FrameQueue queue = publisher.queueFor(YARD);
            queue.add(Frames.frame(0, 10));
            assertThat(publisher.flush(Duration.ofSeconds(5))).isTrue();
            queue.add(Frames.frame(1, 10));
            assertThat(publisher.flush(Duration.ofSeconds(5))).isTrue();

            assertThat(broken.closed()).isTrue();
            assertThat(queue.counters().dropped()).containsEntry(DropReason.SEND_FAILED, 1L);
            assertThat(queue.counters().published()).isEqualTo(1);
        }
    }

    private static FramePublisher publisher(FakeProducer producer) {
        return new FramePublisher(TOPIC, () -> producer, 4, 1_000, new SimpleMeterRegistry());
    }

    private static CameraConfig camera(String id) {
        return CameraConfig.of(new CameraId(id), SourceUri.parse("testpattern:"));
    }

    /** Kafka's mock, which like the real producer fails what is unanswered when it is closed. */
    private static final class FakeProducer extends MockProducer<String, Frame> {

        private final Queue<RuntimeException> failures = new ArrayDeque<>();
        private final boolean answering;

        FakeProducer(boolean answering) {
            super(false, null, TOPIC.keys().serializer(), TOPIC.values().serializer());
            this.answering = answering;
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<String, Frame> record, Callback callback) {
            Future<RecordMetadata> sent = super.send(record, callback);
            RuntimeException failure = failures.poll();
            if (failure != null) {
                errorNext(failure);
            } else if (answering) {
                completeNext();
            }
            return sent;
        }

        @Override
        public void close(Duration timeout) {
            while (errorNext(new KafkaException("closed"))) {
                // until none is left
            }
            super.close(timeout);
        }
    }
}
