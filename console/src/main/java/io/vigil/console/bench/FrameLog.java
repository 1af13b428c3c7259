package io.vigil.console.bench;

import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.producers.publish.ProducerSettings;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends frames of a pool as those of cameras, which are spread evenly over the partitions. Each camera has one stream, which goes on from
 * call to call.
 */
final class FrameLog implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final FramePool pool;
    private final int cameras;
    private final int partitions;
    private final Topic<Frame> topic;
    private final Producer<String, Frame> producer;
    private final long epoch = micros(Instant.now());
    private long sent;
    private volatile @Nullable Exception refused;

    FrameLog(FramePool pool, int cameras, int partitions, String bootstrap, Topic<Frame> topic) {
        this.pool = pool;
        this.cameras = cameras;
        this.partitions = partitions;
        this.topic = topic;
        this.producer = new KafkaProducer<>(
                ProducerSettings.with(Map.of("bootstrap.servers", bootstrap, "max.block.ms", PATIENCE.toMillis()))
                        .values(),
                topic.keys().serializer(),
                topic.values().serializer());
    }

    static String camera(int index) {
        return "camera-%02d".formatted(index);
    }

    /**
     * Sends the next frames at once, the cameras in turn.
     *
     * @param start capture time of the first of all frames
     * @param times since then
     */
    void fill(Instant start, FrameTimes times, int count) {
        for (int i = 0; i < count; i++) {
            send(start.plus(times.at(nextCamera(), cameras, nextSequence())));
        }
        flush();
    }

    /** Sends the next frames evenly at a total rate, the cameras in turn, stamped with the time at which they are due; returns how many. */
    int play(double framesPerSecond, Duration duration) {
        long period = Math.round(TimeUnit.SECONDS.toNanos(1) / framesPerSecond);
        long frames = duration.toNanos() / period;
        Instant start = Instant.now();
        long startNanos = System.nanoTime();
        for (long i = 0; i < frames; i++) {
            long due = startNanos + i * period;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            send(start.plusNanos(i * period));
        }
        flush();
        return Math.toIntExact(frames);
    }

    @Override
    public void close() {
        producer.close();
    }

    private int nextCamera() {
        return Math.toIntExact(sent % cameras);
    }

    private long nextSequence() {
        return sent / cameras;
    }

    private void send(Instant captureTime) {
        int camera = nextCamera();
        Frame frame = pool.frame(camera(camera), epoch, nextSequence(), captureTime);
        producer.send(
                new ProducerRecord<>(
                        topic.name(), camera % partitions, captureTime.toEpochMilli(), frame.getCameraId(), frame),
                (acknowledged, refusal) -> {
                    if (refusal != null) {
                        refused = refusal;
                    }
                });
        sent++;
    }

    private void flush() {
        producer.flush();
        Exception reason = refused;
        if (reason != null) {
            throw new Failure(ExitCode.FAILED, "a frame could not be sent: " + reason.getMessage(), reason);
        }
    }

    private static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + time.getNano() / 1000;
    }
}
