package io.vigil.streams.ahead;

import io.vigil.schema.Frame;
import io.vigil.schema.registry.RegistryRefusedException;
import io.vigil.schema.registry.RegistryUnavailableException;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.FrameCheck;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What was begun of one partition. For the thread of its task only; close it with the task. */
public final class PartitionAhead implements AutoCloseable {

    /** One is begun while the one before it is finished; the second while results are committed. */
    private static final int MOST_BEGUN = 2;

    private final int partition;
    private final FrameCheck check;
    private final LookAhead lookAhead;
    private final UpcomingRecords upcoming;
    private final Cores cores;
    private final NavigableMap<Long, Optional<Frame>> outlines = new TreeMap<>();
    private final NavigableMap<Long, EarlyFrame> early = new TreeMap<>();

    PartitionAhead(int partition, FrameCheck check, LookAhead lookAhead, UpcomingRecords upcoming, Cores cores) {
        this.partition = partition;
        this.check = check;
        this.lookAhead = lookAhead;
        this.upcoming = upcoming;
        this.cores = cores;
    }

    /**
     * It is the turn of a record; close it when that has been processed.
     *
     * @param value as it came from Kafka
     */
    public Turn turn(long offset, byte @Nullable [] value) {
        return new Turn(offset, value);
    }

    /** Whether this record is the last that its stream thread knows of, in any of its partitions. */
    public boolean isLastKnown(long offset) {
        Backlog backlog = upcoming.backlog();
        backlog.passed(partition, offset);
        return backlog.isEmpty();
    }

    @Override
    public void close() {
        early.values().forEach(lookAhead::withdraw);
        early.values().forEach(frame -> frame.discard().join());
        early.clear();
        upcoming.forget(partition);
    }

    private void beginNext(long offset, Predicate<Frame> worth) {
        outlines.headMap(offset, true).clear();
        int begun = 0;
        for (UpcomingRecords.Upcoming record : upcoming.after(partition, offset)) {
            if (begun == MOST_BEGUN) {
                break;
            }
            if (outline(record).filter(worth).isPresent()) {
                begun++;
                early.computeIfAbsent(record.offset(), unused -> added(record));
            }
        }
        lookAhead.useIdleCores();
    }

    /** Read once, however long the record waits; empty if it cannot be foreseen: it is broken, or its schema is not at hand. */
    private Optional<Frame> outline(UpcomingRecords.Upcoming record) {
        return outlines.computeIfAbsent(record.offset(), unused -> {
            try {
                return Optional.of(check.outline(record.key(), record.value()));
            } catch (RejectedFrameException | RegistryUnavailableException | RegistryRefusedException e) {
                return Optional.empty();
            }
        });
    }

    private EarlyFrame added(UpcomingRecords.Upcoming record) {
        EarlyFrame added = new EarlyFrame(record, check);
        lookAhead.begin(added);
        return added;
    }

    /** What was begun of this record; what was begun of those before it is of no use any more. */
    private Optional<EarlyFrame> take(long offset, byte @Nullable [] value) {
        NavigableMap<Long, EarlyFrame> passed = early.headMap(offset, false);
        passed.values().forEach(lookAhead::withdraw);
        passed.values().forEach(EarlyFrame::discard);
        passed.clear();
        EarlyFrame found = early.remove(offset);
        if (found == null) {
            return Optional.empty();
        }
        lookAhead.withdraw(found);
        if (!found.isOf(value)) {
            found.discard();
            return Optional.empty();
        }
        return Optional.of(found).filter(EarlyFrame::stop);
    }

    /** While a record is processed. */
    public final class Turn implements AutoCloseable {

        private final long offset;
        private final byte @Nullable [] value;
        private Optional<BegunFrame> current = Optional.empty();

        private Turn(long offset, byte @Nullable [] value) {
            this.offset = offset;
            this.value = value;
            cores.enter();
        }

        /**
         * Lets frames that come next begin, and gives what was begun of this one.
         *
         * @param worth whether a frame will be analysed; asked for those that come next, in order and without their pictures
         * @return valid until the turn is closed; empty if this frame has to be done from its beginning
         */
        public Optional<BegunFrame> frame(Predicate<Frame> worth) {
            Optional<EarlyFrame> taken = take(offset, value);
            boolean waits = taken.isPresent() && !taken.get().isDone();
            if (waits) {
                cores.pause();
            }
            try {
                beginNext(offset, worth);
                current = taken.flatMap(EarlyFrame::await);
                return current;
            } finally {
                if (waits) {
                    cores.enter();
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
