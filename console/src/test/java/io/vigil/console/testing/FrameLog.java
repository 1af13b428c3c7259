package io.vigil.console.testing;

import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.Topic;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Records of the frames topic, of several cameras, whose outcomes are known: frames of one grey level each, 10 to the second, with
 * duplicates, late frames, a stream that starts anew, and records that are no frames.
 */
public final class FrameLog {

    /** Grey level of a frame, in steps that JPEG keeps apart. */
    public static int level(Frame frame) {
        return 20 + (int) ((frame.getSequence() * 11 + frame.getCameraId().hashCode() + frame.getEpoch()) & 0x3F) * 3;
    }

    /**
     * One record.
     *
     * @param key camera id
     * @param value the record's value; null for none
     * @param frame the frame in it; empty if there is no sound one
     * @param poison why it cannot be analysed; empty if it can
     */
    public record Entry(String key, byte[] value, Optional<Frame> frame, Optional<DeadLetterReason> poison) {}

    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;
    private static final long FRAME_INTERVAL_US = 100_000;

    private final Topic<Frame> topic;
    private final List<Entry> entries = new ArrayList<>();

    private FrameLog(Topic<Frame> topic) {
        this.topic = topic;
    }

    /** A log with so many records, about, of each of {@code cameras}, beginning at {@code begin}; the same for the same arguments. */
    public static FrameLog of(Topic<Frame> topic, List<String> cameras, int recordsPerCamera, Instant begin) {
        FrameLog log = new FrameLog(topic);
        List<Camera> writers =
                cameras.stream().map(camera -> log.new Camera(camera, begin)).toList();
        for (int i = 0; i < recordsPerCamera; i++) {
            for (Camera writer : writers) {
                writer.write(i, recordsPerCamera);
            }
        }
        return log;
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The records of one camera, in order. */
    public List<Entry> entries(String camera) {
        return entries.stream().filter(entry -> entry.key().equals(camera)).toList();
    }

    /** Writes all records to {@code frames}, in order; returns when the broker has them. */
    public void publish(String bootstrap, Topic<Frame> frames) {
        publish(bootstrap, frames, 0, entries.size());
    }

    /** Writes the records from one index to before another to {@code frames}; returns when the broker has them. */
    public void publish(String bootstrap, Topic<Frame> frames, int from, int to) {
        try (Producer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ProducerConfig.LINGER_MS_CONFIG, 5),
                new StringSerializer(),
                new ByteArraySerializer())) {
            entries.subList(from, to)
                    .forEach(entry -> producer.send(new ProducerRecord<>(frames.name(), entry.key(), entry.value())));
            producer.flush();
        }
    }

    private final class Camera {

        private final String id;
        private final Random random;
        private long epoch;
        private long sequence;
        private Instant time;
        private Frame previous;
        private Frame heldBack;

        Camera(String id, Instant begin) {
            this.id = id;
            this.random = new Random(id.hashCode());
            this.epoch = ChronoUnit.MICROS.between(Instant.EPOCH, begin);
            this.time = begin;
        }

        void write(int index, int count) {
            if (index == count / 2) {
                startAnew();
            }
            switch (random.nextInt(20)) {
                case 0 -> poison();
                case 1 -> duplicate();
                case 2 -> holdBack();
                default -> sound();
            }
        }

        private void sound() {
            Frame frame = next();
            add(frame);
            previous = frame;
            if (heldBack != null && random.nextInt(3) == 0) {
                add(heldBack);
                heldBack = null;
            }
        }

        private void duplicate() {
            if (previous != null) {
                add(previous);
            }
        }

        private void holdBack() {
            heldBack = next();
        }

        /** The camera's stream starts anew after a pause. */
        private void startAnew() {
            time = time.plusSeconds(3);
            epoch += 1_000_000;
            sequence = 0;
        }

        private void poison() {
            Frame frame = next();
            byte[] bytes = topic.values().toBytes(frame);
            byte[] jpeg = frame.getImage().array();
            switch (random.nextInt(6)) {
                case 0 -> add(null, DeadLetterReason.NULL_VALUE);
                case 1 -> add(noise(), DeadLetterReason.MALFORMED);
                case 2 -> add(Pictures.cut(bytes, 0.5), DeadLetterReason.MALFORMED);
                case 3 ->
                    add(
                            topic.values().toBytes(with(frame, id, Pictures.cut(jpeg, 0.6), WIDTH, HEIGHT)),
                            DeadLetterReason.TRUNCATED);
                case 4 ->
                    add(
                            topic.values()
                                    .toBytes(with(
                                            frame, id, Pictures.claimingSize(jpeg, 65_000, 65_000), 65_000, 65_000)),
                            DeadLetterReason.OVERSIZED);
                default ->
                    add(
                            topic.values().toBytes(with(frame, "another", jpeg, WIDTH, HEIGHT)),
                            DeadLetterReason.KEY_MISMATCH);
            }
        }

        private byte[] noise() {
            byte[] noise = new byte[200];
            random.nextBytes(noise);
            noise[0] = 1;
            return noise;
        }

        private void add(Frame frame) {
            entries.add(new Entry(id, topic.values().toBytes(frame), Optional.of(frame), Optional.empty()));
        }

        private void add(byte[] value, DeadLetterReason reason) {
            entries.add(new Entry(id, value, Optional.empty(), Optional.of(reason)));
        }

        private Frame next() {
            Frame blank = new Frame(
                    id, epoch, sequence++, time, WIDTH, HEIGHT, FrameEncoding.JPEG, ByteBuffer.allocate(0), null);
            time = time.plus(FRAME_INTERVAL_US, ChronoUnit.MICROS);
            byte[] jpeg = Pictures.jpeg(WIDTH, HEIGHT, new Color(level(blank), level(blank), level(blank)));
            return with(blank, id, jpeg, WIDTH, HEIGHT);
        }

        private static Frame with(Frame frame, String camera, byte[] jpeg, int width, int height) {
            return new Frame(
                    camera,
                    frame.getEpoch(),
                    frame.getSequence(),
                    frame.getCaptureTime(),
                    width,
                    height,
                    FrameEncoding.JPEG,
                    ByteBuffer.wrap(jpeg),
                    null);
        }
    }
}
