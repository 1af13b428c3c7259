package io.vigil.producers.publish;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the frames of all cameras with one Kafka producer.
 *
 * <p>One thread takes from the queues in turn, so a camera's frames keep their order and no camera starves another. A
 * broker that is away is a state: frames wait in their queues, where the oldest give way, until the topic can be
 * reached again. Record key: camera id; record timestamp: capture time.
 */
public final class FramePublisher implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FramePublisher.class);
    private static final Duration PAUSE_WHEN_AWAY = Duration.ofMillis(200);
    private static final Duration PRODUCER_CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Topic<Frame> topic;
    private final Supplier<Producer<String, Frame>> producers;
    private final int queueCapacity;
    private final long maxBytesUnderWay;
    private final BlockingQueue<FrameQueue> ready = new LinkedBlockingQueue<>();
    private final List<FrameQueue> queues = new CopyOnWriteArrayList<>();
    private final MeterRegistry registry;
    private final Complaint away = new Complaint();
    private final Complaint refused = new Complaint();
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable Producer<String, Frame> producer;
    private @Nullable KafkaClientMetrics producerMetrics;

    /**
     * Starts publishing.
     *
     * @param cameras how many queues will be asked for; they share the producer's buffer
     * @param queueCapacity frames that may wait per camera
     * @param registry for the metrics of the producer
     */
    public FramePublisher(
            Topic<Frame> topic, ProducerSettings settings, int cameras, int queueCapacity, MeterRegistry registry) {
        this(
                topic,
                () -> new KafkaProducer<>(
                        settings.values(),
                        topic.keys().serializer(),
                        topic.values().serializer()),
                queueCapacity,
                settings.shareOfBuffer(cameras),
                registry);
    }

    FramePublisher(
            Topic<Frame> topic,
            Supplier<Producer<String, Frame>> producers,
            int queueCapacity,
            long maxBytesUnderWay,
            MeterRegistry registry) {
        this.topic = topic;
        this.producers = producers;
        this.queueCapacity = queueCapacity;
        this.maxBytesUnderWay = maxBytesUnderWay;
        this.registry = registry;
        this.thread = new Thread(this::publishAll, "ingest-publisher");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /** The queue of one more camera. */
    public FrameQueue queueFor(CameraConfig camera) {
        return queueFor(camera, new FrameCounters());
    }

    /** The queue of one more camera whose frames are counted here. */
    public FrameQueue queueFor(CameraConfig camera, FrameCounters counters) {
        FrameQueue queue = new FrameQueue(queueCapacity, maxBytesUnderWay, camera.lossless(), counters, ready::add);
        queues.add(queue);
        return queue;
    }

    /** Ends a queue that nothing is added to any more: publishes what it holds, and drops what is left after {@code limit}. */
    public void retire(FrameQueue queue, Duration limit) throws InterruptedException {
        try {
            queue.awaitEmpty(limit.toNanos());
        } finally {
            queue.close();
            queues.remove(queue);
        }
    }

    /** Waits until every frame added so far was published or dropped; false if that takes longer than {@code limit}. */
    public boolean flush(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (FrameQueue queue : queues) {
            if (!queue.awaitEmpty(end - System.nanoTime())) {
                return false;
            }
        }
        return true;
    }

    /** Drops what still waits, gives what is under way a moment, and accounts for all of it before returning. */
    @Override
    public void close() {
        closing = true;
        queues.forEach(FrameQueue::close);
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishAll() {
        try {
            while (!closing) {
                FrameQueue queue = ready.take();
                Producer<String, Frame> reachable = awaitTopic();
                Frame frame = queue.take();
                if (frame != null) {
                    send(reachable, queue, frame);
                }
            }
        } catch (InterruptedException | InterruptException e) {
            log.debug("publisher interrupted, closing");
        } finally {
            closeProducer(PRODUCER_CLOSE_LIMIT);
        }
    }

    /** Waits until the topic's partitions are known, so that sending will not block. */
    private Producer<String, Frame> awaitTopic() throws InterruptedException {
        while (true) {
            try {
                Producer<String, Frame> current = producer;
                if (current == null) {
                    current = producers.get();
                    producer = current;
                    producerMetrics = new KafkaClientMetrics(current);
                    producerMetrics.bindTo(registry);
                }
                current.partitionsFor(topic.name());
                away.over().ifPresent(complaints -> log.info("topic {} can be reached again", topic.name()));
                return current;
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                if (away.isDue()) {
                    log.warn(
                            "topic {} cannot be reached, frames wait and the oldest are dropped: {}",
                            topic.name(),
                            reasonOf(e));
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_WHEN_AWAY.toMillis());
            }
        }
    }

    private void send(Producer<String, Frame> to, FrameQueue queue, Frame frame) {
        ProducerRecord<String, Frame> record = new ProducerRecord<>(
                topic.name(), null, frame.getCaptureTime().toEpochMilli(), frame.getCameraId(), frame);
        try {
            to.send(record, (metadata, failure) -> settle(queue, frame, failure));
        } catch (InterruptException e) {
            queue.settle(frame, DropReason.CLOSED);
            throw e;
        } catch (KafkaException e) {
            // send() reports a record's failure through the callback; what it throws is a producer that is beyond
            // repair
            settle(queue, frame, e);
            closeProducer(Duration.ZERO);
        }
    }

    private void settle(FrameQueue queue, Frame frame, @Nullable Exception failure) {
        if (failure == null) {
            queue.settle(frame, null);
            return;
        }
        queue.settle(frame, failure instanceof RecordTooLargeException ? DropReason.TOO_LARGE : DropReason.SEND_FAILED);
        if (!closing && refused.isDue()) {
            log.warn(
                    "camera {}: frame {} was not published: {}",
                    frame.getCameraId(),
                    frame.getSequence(),
                    reasonOf(failure));
        }
    }

    private void closeProducer(Duration limit) {
        Producer<String, Frame> old = producer;
        producer = null;
        if (producerMetrics != null) {
            producerMetrics.close();
            producerMetrics = null;
        }
        if (old != null) {
            // an interrupted thread would not wait for what is under way
            boolean interrupted = Thread.interrupted();
            old.close(limit);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String reasonOf(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure.toString() : failure.getMessage() + ": " + cause.getMessage();
    }
}
