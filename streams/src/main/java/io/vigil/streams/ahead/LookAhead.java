package io.vigil.streams.ahead;

import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.logging.RepeatedWarnings;
import java.time.Clock;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins frames before their turn while cores are idle. One for all stream threads; thread-safe. Close it when no partition is in use
 * any more, and before the model.
 */
public final class LookAhead {

    private static final Logger LOG = LoggerFactory.getLogger(LookAhead.class);

    private final Supplier<FrameReader> readers;
    private final Cores cores;
    private final RepeatedWarnings warnings;
    private final UpcomingRecords upcoming;
    private final Queue<EarlyFrame> waiting = new ConcurrentLinkedQueue<>();
    private final Deque<FrameReader> idleReaders = new ConcurrentLinkedDeque<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "look-ahead");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param inputs what decoded pictures are fitted into
     */
    public LookAhead(DetectionModel model, List<InputFit> inputs, Cores cores, Clock clock) {
        this(() -> new FrameReader(model, inputs), cores, clock);
    }

    LookAhead(Supplier<FrameReader> readers, Cores cores, Clock clock) {
        this.readers = readers;
        this.cores = cores;
        this.warnings = new RepeatedWarnings(LOG, clock);
        this.upcoming = new UpcomingRecords(cores.areEverIdle());
    }

    /** Has to be told of the records of the frames topic that were read. */
    public UpcomingRecords upcoming() {
        return upcoming;
    }

    /** For the task of a partition of the frames topic. */
    public PartitionAhead partition(int partition, FrameCheck check) {
        return new PartitionAhead(partition, check, this, upcoming, cores);
    }

    /**
     * Waits for the frames that are being begun, those that nobody wants any more among them.
     *
     * @return false if one is still being begun, so that the model has to stay open
     */
    public boolean close(Duration timeout) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        idleReaders.forEach(FrameReader::close);
        idleReaders.clear();
        return true;
    }

    /** Begins a frame as soon as a core is idle. */
    void begin(EarlyFrame frame) {
        waiting.add(frame);
    }

    /** Its turn has come, or never will: no core is wanted for it any more. */
    void withdraw(EarlyFrame frame) {
        waiting.remove(frame);
    }

    /** Frames that wait for an idle core. */
    int waiting() {
        return waiting.size();
    }

    /** Gives idle cores to the frames that wait for one. */
    void useIdleCores() {
        while (!waiting.isEmpty() && cores.tryTakeIdle()) {
            EarlyFrame frame = waiting.poll();
            if (frame != null && frame.claim()) {
                start(frame);
            } else {
                cores.giveBack();
            }
        }
    }

    private void start(EarlyFrame frame) {
        try {
            threads.execute(() -> begun(frame));
        } catch (RuntimeException | Error e) {
            failed(e);
            frame.complete(Optional.empty());
            cores.giveBack();
        }
    }

    private void begun(EarlyFrame frame) {
        Optional<BegunFrame> begun = Optional.empty();
        try {
            begun = read(frame);
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            frame.complete(begun);
            cores.giveBack();
            useIdleCores();
        }
    }

    private Optional<BegunFrame> read(EarlyFrame frame) {
        FrameReader reader = idleReaders.poll();
        if (reader == null) {
            reader = readers.get();
        }
        try {
            return Optional.of(reader.begin(frame.frame(), idleReaders::push));
        } catch (RejectedFrameException | InferenceException e) {
            idleReaders.push(reader);
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            reader.close();
            throw e;
        }
    }

    /** Whatever it is that is wrong, the frame's own turn will find out, and is where it matters. */
    private synchronized void failed(Throwable fault) {
        warnings.warn("look-ahead", "a frame could not be begun and is left to its turn: %s".formatted(fault));
        LOG.debug("a frame could not be begun", fault);
    }
}
