package io.vigil.producers.app;

import io.vigil.producers.capture.CameraCapture;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.publish.FrameCounters;
import io.vigil.producers.publish.FrameQueue;
import io.vigil.schema.topic.CameraId;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A camera of the ingest with the account of its frames, which goes on from one capture of it to the next. Thread-safe, though only
 * one thread may change it at a time.
 */
final class IngestCamera {

    /**
     * A capture and what its frames go through.
     *
     * @param capture of the camera
     * @param queue of its frames
     */
    record Running(CameraCapture capture, FrameQueue queue) {}

    private final CameraId id;
    private final FrameCounters counters = new FrameCounters();
    private volatile CameraState idle = CameraState.STOPPED;
    private volatile @Nullable Running running;

    IngestCamera(CameraId id) {
        this.id = id;
    }

    CameraId id() {
        return id;
    }

    FrameCounters counters() {
        return counters;
    }

    /** Its capture, unless it is paused or removed. */
    Optional<Running> running() {
        return Optional.ofNullable(running);
    }

    void runs(Running now) {
        running = now;
    }

    /** Its capture has been stopped. */
    void rests(CameraState state) {
        running = null;
        idle = state;
    }

    CameraState state() {
        Running now = running;
        return now == null ? idle : now.capture().state();
    }

    OptionalLong lastFrameAgeMillis() {
        Running now = running;
        return now == null ? OptionalLong.empty() : now.capture().lastFrameAgeMillis();
    }

    CameraStatus status() {
        Running now = running;
        // read in the order opposite to counting, so that more is never settled than captured
        long published = counters.published();
        var dropped = counters.dropped();
        return new CameraStatus(
                id,
                now == null ? idle : now.capture().state(),
                now == null
                        ? Optional.empty()
                        : Optional.ofNullable(now.capture().problem()),
                counters.captured(),
                published,
                dropped,
                lastFrameAgeMillis(),
                now == null ? 0 : now.capture().width(),
                now == null ? 0 : now.capture().height());
    }
}
