package io.vigil.producers.publish;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameInstant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One camera's frames between capture and Kafka.
 *
 * <p>Bounded twice: in frames that wait, and in bytes that were handed to the producer and are not acknowledged. When
 * the first bound is reached, the oldest waiting frame is dropped, or, for a lossless camera, the caller waits. The
 * second keeps a camera whose partition is stuck from filling the producer's buffer, which all cameras share. A frame that needs one
 * that was dropped is dropped, too.
 * Thread-safe.
 */
public final class FrameQueue implements FrameSink {

    private final int capacity;
    private final long maxBytesUnderWay;
    private final boolean lossless;
    private final FrameCounters counters;
    private final Consumer<FrameQueue> onReady;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Frame> waiting = new ArrayDeque<>();
    private @Nullable Group lost;
    private int framesUnderWay;
    private long bytesUnderWay;
    private boolean announced;
    private boolean closed;

    /**
     * A queue of one camera.
     *
     * @param capacity frames that may wait
     * @param maxBytesUnderWay image bytes that may be unacknowledged; one frame always may, whatever its size
     * @param lossless whether {@link #add} waits for room instead of dropping the oldest
     * @param onReady told once each time the queue has something to send
     */
    FrameQueue(
            int capacity,
            long maxBytesUnderWay,
            boolean lossless,
            FrameCounters counters,
            Consumer<FrameQueue> onReady) {
        this.capacity = capacity;
        this.maxBytesUnderWay = maxBytesUnderWay;
        this.lossless = lossless;
        this.counters = counters;
        this.onReady = onReady;
    }

    @Override
    public void add(Frame frame) throws InterruptedException {
        lock.lock();
        try {
            while (lossless && !closed && waiting.size() >= capacity) {
                changed.await();
            }
            if (closed) {
                counters.countDropped(DropReason.CLOSED);
                return;
            }
            while (waiting.size() >= capacity) {
                counters.countDropped(DropReason.QUEUE_FULL);
                lose(Group.of(waiting.removeFirst()));
            }
            Group group = Group.of(frame);
            if (group != null && group.equals(lost)) {
                counters.countDropped(DropReason.AWAITING_IDR);
                return;
            }
            waiting.addLast(frame);
            announceIfReady();
        } catch (InterruptedException e) {
            counters.countDropped(DropReason.CLOSED);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    public FrameCounters counters() {
        return counters;
    }

    /**
     * The next frame to send, which counts as under way until {@link #settle}; null if there is none or no room for it.
     */
    @Nullable Frame take() {
        lock.lock();
        try {
            announced = false;
            if (!hasSomethingToSend()) {
                return null;
            }
            Frame frame = waiting.removeFirst();
            framesUnderWay++;
            bytesUnderWay += bytesOf(frame);
            changed.signalAll();
            announceIfReady();
            return frame;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a frame's journey: published, or dropped for {@code failure}. */
    void settle(Frame frame, @Nullable DropReason failure) {
        lock.lock();
        try {
            framesUnderWay--;
            bytesUnderWay -= bytesOf(frame);
            if (failure == null) {
                counters.countPublished();
            } else {
                counters.countDropped(closed ? DropReason.CLOSED : failure);
                lose(Group.of(frame));
            }
            changed.signalAll();
            announceIfReady();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing waits or is under way; false if that takes longer than {@code nanos}. */
    boolean awaitEmpty(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!waiting.isEmpty() || framesUnderWay > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Drops what waits, and from now on whatever is added. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.forEach(unused -> counters.countDropped(DropReason.CLOSED));
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A frame of this group was dropped: those after it cannot be decoded. */
    private void lose(@Nullable Group group) {
        if (group == null) {
            return;
        }
        lost = group;
        waiting.removeIf(frame -> {
            boolean useless = group.equals(Group.of(frame));
            if (useless) {
                counters.countDropped(DropReason.AWAITING_IDR);
            }
            return useless;
        });
    }

    private void announceIfReady() {
        if (!announced && hasSomethingToSend()) {
            announced = true;
            onReady.accept(this);
        }
    }

    private boolean hasSomethingToSend() {
        return !waiting.isEmpty()
                && (framesUnderWay == 0 || bytesUnderWay + bytesOf(waiting.peekFirst()) <= maxBytesUnderWay);
    }

    private static long bytesOf(Frame frame) {
        return frame.getImage().remaining();
    }

    /**
     * Frames that are decoded one after the other, from the first on.
     *
     * @param epoch of the stream
     * @param start sequence of the first
     */
    private record Group(long epoch, long start) {

        /** The group of a frame; null if its picture is decoded by itself. */
        static @Nullable Group of(Frame frame) {
            FrameInstant start = frame.getGroupStart();
            return start == null ? null : new Group(frame.getEpoch(), start.getSequence());
        }
    }
}
