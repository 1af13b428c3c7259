package io.vigil.streams.ahead;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.FrameCheck;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A frame that may begin before its turn, once a core is idle. Begun at most once; thread-safe. */
final class EarlyFrame {

    private final UpcomingRecords.Upcoming record;
    private final FrameCheck check;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final CompletableFuture<Optional<BegunFrame>> begun = new CompletableFuture<>();

    /**
     * @param record that it is read from
     */
    EarlyFrame(UpcomingRecords.Upcoming record, FrameCheck check) {
        this.record = record;
        this.check = check;
    }

    /** Reads the whole frame. */
    Frame frame() throws RejectedFrameException {
        return check.check(record.key(), record.value());
    }

    /** Whether it is read from this very array. */
    boolean isOf(byte @Nullable [] other) {
        return record.value() == other;
    }

    /** Whether the caller is the one to begin it; nobody else will be. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Begun by who claimed it; empty: that failed, and it is left to its turn. */
    void complete(Optional<BegunFrame> result) {
        begun.complete(result);
    }

    /** Its turn has come, or never will: it is not begun any more. Whether it was begun before. */
    boolean stop() {
        return !claim();
    }

    boolean isDone() {
        return begun.isDone();
    }

    /** Waits until it is done. Only for a frame that was begun. */
    Optional<BegunFrame> await() {
        return begun.join();
    }

    /** Nobody wants it; returns when it is gone, or at once if it is left to end by itself. */
    CompletableFuture<Void> discard() {
        return stop()
                ? begun.thenAccept(found -> found.ifPresent(BegunFrame::close))
                : CompletableFuture.completedFuture(null);
    }
}
