package io.vigil.console.web.service;

import io.vigil.console.results.ResultListener;
import io.vigil.console.web.FrameId;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.wire.WireFormatException;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of each camera's frames, as the outcomes tell. A camera numbers its frames when it captures them, so the numbers between
 * the first and the last outcome of an epoch say how many were captured, and those without an outcome were dropped. Thread-safe.
 */
final class FrameAccounts implements ResultListener {

    /** So many dead letters of each camera are known again when their frames come to a further outcome. */
    static final int DEAD_FRAMES = 10_000;

    private final Topic<Frame> frames;
    private final SortedMap<String, Camera> cameras = new TreeMap<>();
    private long strangers;

    FrameAccounts(Topic<Frame> frames) {
        this.frames = frames;
    }

    @Override
    public synchronized void detections(Detections detections, Instant seen) {
        Camera camera = camera(detections.getCameraId());
        if (camera.isFirst(new FrameId(detections.getEpoch(), detections.getSequence()))) {
            camera.analysed++;
        }
    }

    @Override
    public synchronized void skipped(Skipped skipped, Instant seen) {
        Camera camera = camera(skipped.getCameraId());
        if (skipped.getReason() == SkipReason.DUPLICATE) {
            camera.repeated++;
        } else if (camera.isFirst(new FrameId(skipped.getEpoch(), skipped.getSequence()))) {
            camera.skipped.merge(skipped.getReason(), 1L, Long::sum);
        }
    }

    @Override
    public synchronized void deadLetter(Optional<String> id, DeadLetter letter, Instant seen) {
        Optional<FrameId> frame = frameIn(letter);
        if (id.isEmpty() || (!cameras.containsKey(id.get()) && frame.isEmpty())) {
            strangers++;
            return;
        }
        Camera camera = camera(id.get());
        if (frame.isEmpty()) {
            camera.deadLetters++;
        } else if (camera.isFirst(frame.get())) {
            camera.deadLetters++;
            camera.deadFrames.add(frame.get());
        }
    }

    /** One account per camera, by id. */
    synchronized SortedMap<String, Account> accounts() {
        SortedMap<String, Account> accounts = new TreeMap<>();
        cameras.forEach((id, camera) -> accounts.put(id, camera.account()));
        return accounts;
    }

    /** Dead letters that are no camera's. */
    synchronized long strangers() {
        return strangers;
    }

    private Camera camera(String id) {
        return cameras.computeIfAbsent(id, unused -> new Camera());
    }

    /** Which frame it was, if its record can still be read. */
    private Optional<FrameId> frameIn(DeadLetter letter) {
        if (letter.getValue() == null) {
            return Optional.empty();
        }
        try {
            byte[] bytes = new byte[letter.getValue().remaining()];
            letter.getValue().duplicate().get(bytes);
            Frame frame = frames.values().fromBytes(bytes);
            return Optional.of(new FrameId(frame.getEpoch(), frame.getSequence()));
        } catch (WireFormatException notAFrame) {
            return Optional.empty();
        }
    }

    /**
     * What became of one camera's frames; {@code captured} is the sum of all others but {@code repeated}.
     *
     * @param captured frames that got a number
     * @param dropped never came to an outcome: lost before Kafka, or gone from it before they were read
     * @param repeated outcomes of frames that had one already
     */
    record Account(
            long captured,
            long analysed,
            Map<SkipReason, Long> skippedByReason,
            long deadLetters,
            long dropped,
            long repeated) {

        long skipped() {
            return skippedByReason.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private static final class Camera {

        private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
        private final Map<Long, Range> epochs = new HashMap<>();
        /** A dead letter may be sent again, and comes to an outcome again. */
        private final Set<FrameId> deadFrames = Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<FrameId, Boolean> eldest) {
                return size() > DEAD_FRAMES;
            }
        });

        private long analysed;
        private long deadLetters;
        private long repeated;

        boolean isFirst(FrameId frame) {
            if (deadFrames.contains(frame)) {
                repeated++;
                return false;
            }
            epochs.merge(frame.epoch(), new Range(frame.sequence(), frame.sequence()), Range::with);
            return true;
        }

        Account account() {
            long outcomes = analysed
                    + deadLetters
                    + skipped.values().stream().mapToLong(Long::longValue).sum();
            long numbers = epochs.values().stream().mapToLong(Range::size).sum();
            long captured = Math.max(numbers, outcomes);
            return new Account(
                    captured,
                    analysed,
                    Collections.unmodifiableMap(new EnumMap<>(skipped)),
                    deadLetters,
                    captured - outcomes,
                    repeated);
        }
    }

    private record Range(long first, long last) {

        Range with(Range other) {
            return new Range(Math.min(first, other.first), Math.max(last, other.last));
        }

        long size() {
            return last - first + 1;
        }
    }
}
