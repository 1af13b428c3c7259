package io.vigil.streams.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.ahead.Cores;
import io.vigil.streams.ahead.LookAhead;
import io.vigil.streams.inference.InferenceConfig;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.topology.VideoTopology;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running service. Thread-safe; close it to end it. */
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

    /** An outage of any length is borne, since clients wait a minute for an answer; a thread that dies at once each time is not. */
    private static final int REPLACEMENTS_PER_THREAD = 20;

    private static final Duration REPLACEMENT_WINDOW = Duration.ofMinutes(10);

    /** Without its schema registry a thread dies at once each time; so far apart, that is borne for any length, too. */
    private static final Duration REGISTRY_PAUSE = REPLACEMENT_WINDOW.dividedBy(REPLACEMENTS_PER_THREAD);

    private final KafkaStreams streams;
    private final Models models;
    private final LookAhead lookAhead;
    private final Optional<AbandonedTransactions> abandoned;
    private final KafkaStreamsMetrics kafkaMetrics;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch ending = new CountDownLatch(1);
    private final CompletableFuture<EndReason> ended = new CompletableFuture<>();

    private VigilService(
            KafkaStreams streams,
            Models models,
            LookAhead lookAhead,
            Optional<AbandonedTransactions> abandoned,
            KafkaStreamsMetrics kafkaMetrics) {
        this.streams = streams;
        this.models = models;
        this.lookAhead = lookAhead;
        this.abandoned = abandoned;
        this.kafkaMetrics = kafkaMetrics;
    }

    /**
     * Checks the topics, loads and warms up the models, then joins the group. Returns before the first frame is analysed.
     *
     * @param registry for the metrics of the service and of its Kafka clients
     * @throws StartRefusedException with a sentence and a reason
     */
    public static VigilService start(ServiceConfig config, Topics topics, Clock clock, MeterRegistry registry) {
        return start(config, topics, clock, registry, () -> Models.load(config));
    }

    /**
     * Checks the topics, then joins the group with models that somebody else loads with the same configuration. Returns before the
     * first frame is analysed.
     *
     * @param registry for the metrics of the service and of its Kafka clients
     * @param models asked for once the topics are sound; what it gives is closed with the service, or when that does not start
     * @throws StartRefusedException with a sentence and a reason
     */
    public static VigilService start(
            ServiceConfig config, Topics topics, Clock clock, MeterRegistry registry, Supplier<Models> models) {
        KafkaSettings settings = new KafkaSettings(config, topics);
        new TopicCheck(topics, config.bootstrapServers()).check(settings);
        Models loaded = models.get();
        try {
            return start(config, topics, clock, registry, settings, loaded);
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    private static VigilService start(
            ServiceConfig config,
            Topics topics,
            Clock clock,
            MeterRegistry registry,
            KafkaSettings settings,
            Models models) {
        LookAhead lookAhead = lookAhead(models, config.inference(), clock);
        VideoTopology topology = new VideoTopology(
                topics,
                config.frames(),
                config.admission(),
                config.commitPolicy(),
                models.detection(),
                config.tracking(),
                models.recognition(),
                lookAhead,
                config.rules(),
                config.silence(),
                clock,
                new FrameMetrics(registry));
        KafkaStreams streams = streams(
                topology, settings, new AnnouncingClients(topics.frames().name(), lookAhead.upcoming()));
        streams.setGlobalStateRestoreListener(new RestoreProgress(registry));
        streams.setStandbyUpdateListener(new StandbyProgress(registry));
        models.describeTo(registry);
        VigilService service = new VigilService(
                streams, models, lookAhead, abandoned(config, settings), new KafkaStreamsMetrics(streams));
        streams.setStateListener(service::stateChanged);
        streams.setUncaughtExceptionHandler(new StreamThreadFaults(
                new RestartBudget(REPLACEMENTS_PER_THREAD * config.streamThreads(), REPLACEMENT_WINDOW, clock),
                registry,
                service::end,
                service::awaitRegistry));
        streams.start();
        service.kafkaMetrics.bindTo(registry);
        return service;
    }

    private static LookAhead lookAhead(Models models, InferenceConfig config, Clock clock) {
        return new LookAhead(
                models.detection().model(),
                VideoTopology.inputs(models.detection(), models.recognition()),
                new Cores(
                        config.lookAhead() ? Runtime.getRuntime().availableProcessors() : 0, config.threadsWhenAlone()),
                clock);
    }

    private static Optional<AbandonedTransactions> abandoned(ServiceConfig config, KafkaSettings settings) {
        return config.isExactlyOnce()
                ? Optional.of(new AbandonedTransactions(
                        config.applicationId(), Admin.create(settings.admin("vigil-transactions"))))
                : Optional.empty();
    }

    private static KafkaStreams streams(VideoTopology topology, KafkaSettings settings, KafkaClientSupplier clients) {
        Properties given = settings.streams();
        try {
            return new KafkaStreams(topology.build(), given, clients);
        } catch (KafkaException e) {
            throw new StartRefusedException(
                    EndReason.BAD_CONFIGURATION,
                    "Kafka Streams cannot be set up in the state directory %s: %s"
                            .formatted(given.get(StreamsConfig.STATE_DIR_CONFIG), e.getMessage()),
                    e);
        }
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

    /** Waits until frames are analysed; false if that did not happen in time, or never will. */
    public boolean awaitRunning(Duration timeout) throws InterruptedException {
        return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS) && !ended.isDone();
    }

    /** Completes when the service has ended, with the reason. */
    public CompletableFuture<EndReason> ended() {
        return ended.copy();
    }

    /** Commits what is in flight, leaves the group, and releases the models. */
    @Override
    public void close() {
        ending.countDown();
        boolean stopped = streams.close(CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        kafkaMetrics.close();
        abandoned.ifPresent(AbandonedTransactions::close);
        // a model that is released under the feet of a thread which still runs it would crash the process
        if (!stopped) {
            LOG.warn("the stream threads did not end within {} s", CLOSE_TIMEOUT.toSeconds());
        } else if (!lookAhead.close(CLOSE_TIMEOUT)) {
            LOG.warn("a frame was still being begun ahead after {} s", CLOSE_TIMEOUT.toSeconds());
        } else {
            models.close();
        }
        end(EndReason.STOPPED);
    }

    private void stateChanged(KafkaStreams.State now, KafkaStreams.State before) {
        LOG.info("{}, was {}", now, before);
        if (now == KafkaStreams.State.REBALANCING) {
            abandoned.ifPresent(AbandonedTransactions::watch);
        } else {
            abandoned.ifPresent(AbandonedTransactions::rest);
        }
        if (now == KafkaStreams.State.RUNNING) {
            running.countDown();
        }
        if (now == KafkaStreams.State.ERROR) {
            end(EndReason.FAILED);
        }
    }

    private void awaitRegistry() {
        try {
            if (ending.await(REGISTRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("the service ends, so the schema registry is not waited for");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The first reason stands. */
    private void end(EndReason reason) {
        ending.countDown();
        ended.complete(reason);
        running.countDown();
    }
}
