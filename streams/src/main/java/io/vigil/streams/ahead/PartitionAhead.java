package io.vigil.streams.ahead;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.FrameCheck;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What was begun of one partition. For the thread of its task only; close it with the task. */
public final class PartitionAhead implements AutoCloseable {

    private final int partition;
    private final FrameCheck check;
    private final LookAhead lookAhead;
    private final UpcomingRecords upcoming;
    private final Cores cores;
    private final NavigableMap<Long, CompletableFuture<Optional<BegunFrame>>> begun = new TreeMap<>();

    PartitionAhead(int partition, FrameCheck check, LookAhead lookAhead, UpcomingRecords upcoming, Cores cores) {
        this.partition = partition;
        this.check = check;
        this.lookAhead = lookAhead;
        this.upcoming = upcoming;
        this.cores = cores;
    }

    /** It is the turn of the record at this offset; close it when that has been processed. */
    public Turn turn(long offset) {
        return new Turn(offset);
    }

    @Override
    public void close() {
        begun.values().forEach(frame -> discard(frame).join());
        begun.clear();
        upcoming.forget(partition);
    }

    private void beginNext(long offset, Predicate<Frame> worth) {
        upcoming.after(partition, offset).ifPresent(record -> frame(record)
                .filter(worth)
                .flatMap(lookAhead::begin)
                .ifPresent(frame -> begun.put(record.offset(), frame)));
    }

    private Optional<Frame> frame(UpcomingRecords.Upcoming record) {
        try {
            return Optional.of(check.check(record.key(), record.value()));
        } catch (RejectedFrameException e) {
            return Optional.empty();
        }
    }

    private @Nullable CompletableFuture<Optional<BegunFrame>> take(long offset) {
        NavigableMap<Long, CompletableFuture<Optional<BegunFrame>>> passed = begun.headMap(offset, false);
        passed.values().forEach(PartitionAhead::discard);
        passed.clear();
        return begun.remove(offset);
    }

    private static CompletableFuture<Void> discard(CompletableFuture<Optional<BegunFrame>> frame) {
        return frame.thenAccept(found -> found.ifPresent(BegunFrame::close));
    }

    /** While a record is processed. */
    public final class Turn implements AutoCloseable {

        private final long offset;
        private Optional<BegunFrame> current = Optional.empty();

        private Turn(long offset) {
            this.offset = offset;
            cores.enter();
        }

        /**
         * Begins the frame that comes next, and gives what was begun of this one.
         *
         * @param worth whether a frame will be analysed
         * @return valid until the turn is closed; empty if this frame has to be done from its beginning
         */
        public Optional<BegunFrame> frame(Predicate<Frame> worth) {
            CompletableFuture<Optional<BegunFrame>> taken = take(offset);
            boolean waits = taken != null && !taken.isDone();
            if (waits) {
                cores.pause();
            }
            try {
                beginNext(offset, worth);
                current = taken == null ? Optional.empty() : taken.join();
                return current;
            } finally {
                if (waits) {
                    cores.resume();
                }
            }
        }

        @Override
        public void close() {
            current.ifPresent(BegunFrame::close);
            cores.leave();
        }
    }
}
