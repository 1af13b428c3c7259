package io.vigil.console.web.history;

import io.vigil.console.web.FrameId;
import io.vigil.console.web.RecordReader;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameInstant;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.wire.WireFormatException;
import io.vigil.streams.frame.h264.FramePlayer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * The frames that Kafka still holds. A frame is found through the broker's time index: its record's timestamp is its capture time, so
 * nobody has to read the pictures of an hour to know where one lies. Thread-safe.
 */
public final class FrameArchive {

    private static final Duration LIMIT = Duration.ofSeconds(3);
    /** How much later than its capture a frame of another producer may be stamped. */
    private static final Duration STAMPED_LATER = Duration.ofSeconds(5);

    private final Topic<Frame> topic;
    private final RecordReader reader;

    public FrameArchive(Topic<Frame> topic, RecordReader reader) {
        this.topic = topic;
        this.reader = reader;
    }

    /** A camera's frame with its picture as JPEG; empty if Kafka no longer holds it, or what it is decoded with. */
    Optional<Frame> find(String camera, FrameId id, Instant captured) {
        byte[] key = camera.getBytes(StandardCharsets.UTF_8);
        for (TopicPartition partition : likelyFirst(key)) {
            OptionalLong offset = reader.offsetFor(partition, captured.toEpochMilli());
            if (offset.isPresent()) {
                Optional<Frame> found = find(partition, offset.getAsLong(), key, id, captured);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Frame> find(TopicPartition partition, long offset, byte[] key, FrameId id, Instant captured) {
        long latest = captured.plus(STAMPED_LATER).toEpochMilli();
        AtomicReference<Frame> found = new AtomicReference<>();
        reader.first(
                partition,
                offset,
                record -> {
                    if (Arrays.equals(record.key(), key)) {
                        read(record).filter(frame -> idOf(frame).equals(id)).ifPresent(found::set);
                    }
                    return found.get() != null || record.timestamp() > latest;
                },
                LIMIT);
        return Optional.ofNullable(found.get()).flatMap(frame -> asJpeg(partition, key, frame));
    }

    /** Reads an H.264 frame's group from its beginning, to decode the frame. */
    private Optional<Frame> asJpeg(TopicPartition partition, byte[] key, Frame wanted) {
        FrameInstant start = wanted.getGroupStart();
        OptionalLong from = start == null
                ? OptionalLong.empty()
                : reader.offsetFor(partition, start.getCaptureTime().toEpochMilli());
        try (FramePlayer player = new FramePlayer()) {
            from.ifPresent(offset -> reader.first(
                    partition,
                    offset,
                    record -> Arrays.equals(record.key(), key) && passes(record, wanted, player),
                    LIMIT));
            return player.show(wanted);
        }
    }

    /** Gives the player a frame before the wanted one; true once it is the wanted one. */
    private boolean passes(ConsumerRecord<byte[], byte[]> record, Frame wanted, FramePlayer player) {
        Optional<Frame> frame = read(record);
        if (frame.isPresent() && idOf(frame.get()).equals(idOf(wanted))) {
            return true;
        }
        frame.ifPresent(player::pass);
        return false;
    }

    private static FrameId idOf(Frame frame) {
        return new FrameId(frame.getEpoch(), frame.getSequence());
    }

    private Optional<Frame> read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(topic.values().fromBytes(record.value()));
        } catch (WireFormatException notAFrame) {
            return Optional.empty();
        }
    }

    /** Beginning with the partition that Kafka's own producers choose for the key. */
    private List<TopicPartition> likelyFirst(byte[] key) {
        List<TopicPartition> partitions = new ArrayList<>(reader.partitions(topic.name()));
        int likely = Utils.toPositive(Utils.murmur2(key)) % partitions.size();
        partitions.sort(Comparator.comparing(partition -> partition.partition() != likely));
        return partitions;
    }
}
