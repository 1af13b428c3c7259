package io.vigil.streams.explain;

import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.explain.NoAnswerException.Reason;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.ModelPackageException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers why something was found, one question after the other, on a thread and with models of its own: a stream thread never waits for
 * it (docs/adr/0014-answers-from-the-log.md).
 *
 * <p>The models are loaded for the first question and released when there was none for a while. Thread-safe.
 */
public final class Explainer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Explainer.class);
    private static final long CLOSE_SECONDS = 20;

    /** How an answer is made. */
    @FunctionalInterface
    private interface Question<A> {
        A ask(AnswerDesk desk) throws NoAnswerException, InferenceException, RejectedFrameException;
    }

    private final Supplier<AnswerDesk> desks;
    private final ExplainConfig config;
    private final Semaphore places;
    private final ScheduledThreadPoolExecutor worker = new ScheduledThreadPoolExecutor(1, Explainer::thread);

    /** Held where the worker is given work, of which it takes none once it is closed. */
    private final Object handOver = new Object();

    private volatile boolean closed;
    private @Nullable AnswerDesk desk;
    private @Nullable Future<?> release;

    /** Does nothing before the first question. */
    public Explainer(ExplainSetup setup, ExplainConfig config) {
        this(() -> new AnswerDesk(setup), config);
    }

    /**
     * @param desks opens what answers are made with, for the first question
     */
    Explainer(Supplier<AnswerDesk> desks, ExplainConfig config) {
        this.desks = desks;
        this.config = config;
        this.places = new Semaphore(config.waiting() + 1);
        worker.setRemoveOnCancelPolicy(true);
    }

    /**
     * Why an object was found.
     *
     * @param box its number in the list of the frame's detections, from 0
     * @return fails with a {@link NoAnswerException}
     */
    public CompletableFuture<ExplainedDetection> detection(String camera, long epoch, long sequence, int box) {
        return ask(asked -> asked.detection(camera, epoch, sequence, box));
    }

    /**
     * Why an action was seen.
     *
     * @param end capture time of the clip's last frame
     * @return fails with a {@link NoAnswerException}
     */
    public CompletableFuture<ExplainedAction> action(String camera, long epoch, Instant end) {
        return ask(asked -> asked.action(camera, epoch, end));
    }

    /** Waits for the question that is being answered; those that wait are not answered any more. */
    @Override
    public void close() {
        synchronized (handOver) {
            if (!closed) {
                closed = true;
                worker.execute(() -> {
                    cancelRelease();
                    releaseDesk();
                });
                worker.shutdown();
            }
        }
        try {
            if (!worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the explainer did not end within {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "explainer");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    private <A> CompletableFuture<A> ask(Question<A> question) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        synchronized (handOver) {
            if (closed) {
                answer.completeExceptionally(stopping());
            } else if (places.tryAcquire()) {
                worker.execute(() -> takeTurn(question, answer));
            } else {
                answer.completeExceptionally(new NoAnswerException(
                        Reason.BUSY,
                        "one question is being answered and %d wait, which is as many as may; ask again in a moment"
                                .formatted(config.waiting())));
            }
        }
        return answer;
    }

    private static NoAnswerException stopping() {
        return new NoAnswerException(Reason.BUSY, "the service is stopping");
    }

    private <A> void takeTurn(Question<A> question, CompletableFuture<A> answer) {
        try {
            cancelRelease();
            answer(question, answer);
        } finally {
            places.release();
            releaseLater();
        }
    }

    private <A> void answer(Question<A> question, CompletableFuture<A> answer) {
        try {
            if (closed) {
                throw stopping();
            }
            answer.complete(question.ask(opened()));
        } catch (NoAnswerException e) {
            answer.completeExceptionally(e);
        } catch (ModelPackageException e) {
            answer.completeExceptionally(new NoAnswerException(Reason.OTHER_MODEL, String.valueOf(e.getMessage())));
        } catch (InferenceException | RejectedFrameException e) {
            answer.completeExceptionally(new NoAnswerException(Reason.FAILED, String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            LOG.warn("a question could not be answered because of a fault of our own", e);
            answer.completeExceptionally(new NoAnswerException(Reason.FAILED, "the explainer failed: " + e));
        }
    }

    private AnswerDesk opened() {
        AnswerDesk current = desk;
        if (current == null) {
            current = desks.get();
            desk = current;
        }
        return current;
    }

    private void cancelRelease() {
        if (release != null) {
            release.cancel(false);
            release = null;
        }
    }

    private void releaseLater() {
        synchronized (handOver) {
            if (!closed) {
                release = worker.schedule(this::releaseDesk, config.idle().toNanos(), TimeUnit.NANOSECONDS);
            }
        }
    }

    private void releaseDesk() {
        if (desk != null) {
            desk.close();
            desk = null;
            LOG.debug("the models for answers are released");
        }
    }
}
