package io.vigil.producers.publish;

import io.vigil.schema.Frame;
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
 * second keeps a camera whose partition is stuck from filling the producer's buffer, which all cameras share.
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
                waiting.removeFirst();
                counters.countDropped(DropReason.QUEUE_FULL);
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
}
