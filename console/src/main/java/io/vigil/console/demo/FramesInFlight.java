package io.vigil.console.demo;

import io.vigil.console.results.Tally;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.CameraId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets each camera have so many frames between capture and outcome, and remembers when they were captured.
 *
 * <p>A file read faster than it was recorded has capture times in its own time, which say nothing about latency.
 */
final class FramesInFlight implements Backpressure, Tally.CaptureTimes {

    private static final long RECHECK_MILLIS = 5;

    private final int limit;
    private final ToLongFunction<CameraId> settled;
    private final InstantSource clock;
    private final Map<String, Stream> streams = new ConcurrentHashMap<>();

    /**
     * @param limit frames of one camera on their way, at most
     * @param settled frames of a camera that came to an outcome or were dropped
     */
    FramesInFlight(int limit, ToLongFunction<CameraId> settled, InstantSource clock) {
        this.limit = limit;
        this.settled = settled;
        this.clock = clock;
    }

    @Override
    public void awaitTurn(CameraId camera) throws InterruptedException {
        Stream stream = stream(camera.value());
        while (stream.turns() - settled.applyAsLong(camera) >= limit) {
            Thread.sleep(RECHECK_MILLIS);
        }
        stream.turn(clock.instant());
    }

    /** Empty for frames after the camera's stream had to start again: they are not numbered by turns any more. */
    @Override
    public Optional<Instant> of(Detections detections) {
        return stream(detections.getCameraId()).captured(detections.getEpoch(), detections.getSequence());
    }

    private Stream stream(String camera) {
        return streams.computeIfAbsent(camera, unused -> new Stream(2 * limit));
    }

    /** One camera's turns; turn n is the frame with sequence number n of its first epoch. */
    private static final class Stream {

        private final Instant[] times;
        private long turns;
        private @Nullable Long epoch;

        Stream(int capacity) {
            times = new Instant[capacity];
        }

        synchronized long turns() {
            return turns;
        }

        synchronized void turn(Instant now) {
            times[(int) (turns++ % times.length)] = now;
        }

        synchronized Optional<Instant> captured(long frameEpoch, long sequence) {
            if (epoch == null) {
                epoch = frameEpoch;
            }
            boolean known = epoch == frameEpoch && sequence < turns && sequence >= turns - times.length;
            return known ? Optional.of(times[(int) (sequence % times.length)]) : Optional.empty();
        }
    }
}
