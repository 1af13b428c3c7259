package io.vigil.streams.app;

import io.vigil.schema.topic.Topics;
import io.vigil.streams.topology.VideoTopology;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service. Thread-safe; close it to end it.
 */
public final class VigilService implements AutoCloseable {

    /** What the service does now. */
    public enum State {
        /** Joining the group and restoring state for the first time. */
        STARTING,
        /** Analysing frames. */
        RUNNING,
        /** Partitions or state are on the move; frames wait. */
        REBALANCING,
        /** Ended as asked. */
        STOPPED,
        /** Ended by a fault of its own. */
        FAILED
    }

    private static final Logger LOG = LoggerFactory.getLogger(VigilService.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

    private final KafkaStreams streams;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CompletableFuture<ExitCode> ended = new CompletableFuture<>();

    private VigilService(KafkaStreams streams) {
        this.streams = streams;
    }

    /**
     * Loads and warms up the models, checks the topics, then joins the group. Returns before the first frame is analysed.
     *
     * @throws StartRefusedException with a sentence and an exit code
     */
    public static VigilService start(ServiceConfig config, Topics topics, Clock clock) {
        KafkaStreams streams = new KafkaStreams(
                new VideoTopology(config, topics, clock).build(), new KafkaSettings(config, topics).properties());
        VigilService service = new VigilService(streams);
        streams.setStateListener(service::stateChanged);
        streams.start();
        return service;
    }

    public State state() {
        return switch (streams.state()) {
            case CREATED -> State.STARTING;
            case REBALANCING -> running.getCount() == 0 ? State.REBALANCING : State.STARTING;
            case RUNNING -> State.RUNNING;
            case PENDING_SHUTDOWN, NOT_RUNNING -> State.STOPPED;
            case PENDING_ERROR, ERROR -> State.FAILED;
        };
    }

    /** Waits until frames are analysed; false if that did not happen in time. */
    public boolean awaitRunning(Duration timeout) throws InterruptedException {
        return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS) && state() != State.FAILED;
    }

    /** Completes when the service has ended, with the reason. */
    public CompletableFuture<ExitCode> ended() {
        return ended.copy();
    }

    /** Commits what is in flight, leaves the group, and releases the models. */
    @Override
    public void close() {
        streams.close(CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        ended.complete(ExitCode.STOPPED);
    }

    private void stateChanged(KafkaStreams.State now, KafkaStreams.State before) {
        LOG.info("{} -> {}", before, now);
        if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
        }
    }
}
