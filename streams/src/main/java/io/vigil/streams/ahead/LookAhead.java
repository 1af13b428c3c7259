package io.vigil.streams.ahead;

import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.inference.InferenceException;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Begins frames before their turn while cores are idle. One for all stream threads; thread-safe. Close it when no partition is in use
 * any more, and before the model.
 */
public final class LookAhead implements AutoCloseable {

    private final DetectionModel model;
    private final List<InputFit> inputs;
    private final Cores cores;
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
    public LookAhead(DetectionModel model, List<InputFit> inputs, Cores cores) {
        this.model = model;
        this.inputs = List.copyOf(inputs);
        this.cores = cores;
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

    @Override
    public void close() {
        threads.shutdown();
        idleReaders.forEach(FrameReader::close);
        idleReaders.clear();
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
                threads.execute(() -> begun(frame));
            } else {
                cores.giveBack();
            }
        }
    }

    private void begun(EarlyFrame early) {
        try {
            early.complete(read(early));
        } catch (RuntimeException | Error e) {
            early.fail(e);
            throw e;
        } finally {
            cores.giveBack();
            useIdleCores();
        }
    }

    private Optional<BegunFrame> read(EarlyFrame early) {
        FrameReader reader = idleReaders.poll();
        if (reader == null) {
            reader = new FrameReader(model, inputs);
        }
        try {
            return Optional.of(reader.begin(early.frame(), idleReaders::push));
        } catch (RejectedFrameException | InferenceException e) {
            idleReaders.push(reader);
            return Optional.empty();
        }
    }
}
