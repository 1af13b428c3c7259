package io.vigil.console.web;

import io.vigil.console.cluster.Cluster;
import io.vigil.producers.publish.Complaint;
import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.WireFormatException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads frames and committed results from now on, and gives out each frame with its detections. One thread of its own.
 *
 * <p>A cluster that is away is a state: there are no pictures meanwhile, and it is read again when it is back.
 */
final class FeedReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FeedReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_WHEN_AWAY = Duration.ofSeconds(1);
    /** An action is shown for so long after its clip, event time. */
    private static final Duration ACTION_SHOWN = Duration.ofSeconds(4);

    private final Cluster cluster;
    private final Topics topics;
    private final Consumer<PictureMessage> viewers;
    private final CameraStates states;
    private final InstantSource clock = InstantSource.system();
    private final Map<String, Actions> lastActions = new HashMap<>();
    private final Complaint complaint = new Complaint();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;

    private FeedReader(ConsoleSource source, CameraStates states, Consumer<PictureMessage> viewers) {
        this.cluster = source.cluster();
        this.topics = source.topics();
        this.states = states;
        this.viewers = viewers;
    }

    /** Starts to read; {@code states} is told of every frame, and {@code viewers} is called on the reader's thread. */
    static FeedReader start(ConsoleSource source, CameraStates states, Consumer<PictureMessage> viewers) {
        FeedReader reader = new FeedReader(source, states, viewers);
        Thread thread = new Thread(reader::follow, "page-feed");
        thread.setDaemon(true);
        thread.start();
        return reader;
    }

    /** Ends the reading soon; does not wait for it. */
    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    private void follow() {
        try {
            do {
                try (KafkaConsumer<byte[], byte[]> consumer = cluster.committedRecords();
                        PictureJoin join = new PictureJoin()) {
                    reading = consumer;
                    read(consumer, join);
                } catch (WakeupException closed) {
                    LOG.debug("the page's feed is being closed");
                } catch (KafkaException e) {
                    if (complaint.isDue()) {
                        LOG.warn("the page gets no pictures until Kafka can be read again: {}", e.toString());
                    }
                } catch (RuntimeException e) {
                    if (complaint.isDue()) {
                        LOG.warn("the page's pictures broke off and begin anew", e);
                    }
                }
            } while (!closing.await(PAUSE_WHEN_AWAY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            LOG.debug("the page's feed was interrupted");
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, PictureJoin join) {
        if (closing.getCount() == 0) {
            return;
        }
        List<TopicPartition> partitions = Cluster.partitions(
                consumer,
                List.of(
                        topics.frames().name(),
                        topics.detections().name(),
                        topics.actions().name()));
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        while (closing.getCount() > 0) {
            consumer.poll(POLL).forEach(found -> read(found, join));
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> found, PictureJoin join) {
        if (found.value() == null) {
            return;
        }
        try {
            if (found.topic().equals(topics.frames().name())) {
                Frame frame = topics.frames().values().fromBytes(found.value());
                states.frame(frame, clock.instant());
                join.add(frame).ifPresent(this::show);
            } else if (found.topic().equals(topics.detections().name())) {
                join.add(topics.detections().values().fromBytes(found.value())).ifPresent(this::show);
            } else {
                Actions actions = topics.actions().values().fromBytes(found.value());
                lastActions.put(actions.getCameraId(), actions);
            }
        } catch (WireFormatException e) {
            LOG.debug("{}-{} offset {} is not shown", found.topic(), found.partition(), found.offset(), e);
        }
    }

    private void show(Picture picture) {
        viewers.accept(PictureMessage.of(picture, currentAction(picture.detections())));
    }

    private Optional<Actions> currentAction(Detections detections) {
        return Optional.ofNullable(lastActions.get(detections.getCameraId()))
                .filter(last -> last.getEpoch() == detections.getEpoch()
                        && Duration.between(last.getEndTime(), detections.getCaptureTime())
                                        .compareTo(ACTION_SHOWN)
                                <= 0)
                .filter(last -> !last.getScores().isEmpty());
    }
}
