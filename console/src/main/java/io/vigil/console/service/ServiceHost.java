package io.vigil.console.service;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.app.EndReason;
import io.vigil.streams.app.Models;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.app.ServiceExplainer;
import io.vigil.streams.app.StartRefusedException;
import io.vigil.streams.app.VigilService;
import io.vigil.streams.explain.Explainer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs the service, and ends with a sentence when it cannot run. */
public final class ServiceHost implements AutoCloseable {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private final VigilService service;

    private ServiceHost(VigilService service) {
        this.service = service;
    }

    /**
     * Starts the service; returns before it analyses frames.
     *
     * @param registry for the metrics of the service
     * @throws Failure if the configuration or a model package is wrong, or topics or broker are missing
     */
    public static ServiceHost start(Config config, Topics topics, MeterRegistry registry) {
        return start(config, topics, registry, () -> Models.load(ServiceConfig.from(config)));
    }

    /**
     * Starts the service with models that are being loaded; returns before it analyses frames.
     *
     * @param registry for the metrics of the service
     * @throws Failure if the configuration or a model package is wrong, or topics or broker are missing
     */
    public static ServiceHost start(Config config, Topics topics, MeterRegistry registry, ModelLoading models) {
        return start(config, topics, registry, models::take);
    }

    private static ServiceHost start(Config config, Topics topics, MeterRegistry registry, Supplier<Models> models) {
        try {
            return new ServiceHost(
                    VigilService.start(ServiceConfig.from(config), topics, Clock.systemUTC(), registry, models));
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, "the service's configuration: " + e.getMessage(), e);
        } catch (StartRefusedException e) {
            throw new Failure(exitCode(e.reason()), "the service did not start: " + e.getMessage(), e);
        }
    }

    /**
     * What answers questions about the results of such a service; empty if its configuration wants none. The caller closes it.
     *
     * @throws Failure if the configuration is wrong
     */
    public static Optional<Explainer> explainer(Config config, Topics topics) {
        try {
            return ServiceExplainer.of(ServiceConfig.from(config), topics);
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, "the service's configuration: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until frames are analysed.
     *
     * @return false if the wish to stop came first
     * @throws Failure if the service failed, or is not ready within {@code limit}
     */
    public boolean awaitRunning(Duration limit, StopSignal stop) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (!service.awaitRunning(CHECK_INTERVAL)) {
            check();
            if (stop.isRequested()) {
                return false;
            }
            if (Instant.now().isAfter(end)) {
                throw new Failure(
                        ExitCode.FAILED,
                        "the service is not ready after %d s; run with --verbose to see why"
                                .formatted(limit.toSeconds()));
            }
        }
        return true;
    }

    /** Why no frames are analysed now; empty if they are. */
    public Optional<String> notReady() {
        return switch (service.state()) {
            case RUNNING -> Optional.empty();
            case STARTING -> Optional.of("the service joins its group and restores its state");
            case REBALANCING -> Optional.of("partitions or their state move between instances");
            case STOPPED -> Optional.of("the service has stopped");
            case FAILED -> Optional.of("the service has failed, see the log");
        };
    }

    /** Throws a {@link Failure} if the service has ended by a fault. */
    public void check() {
        if (service.state() == VigilService.State.FAILED) {
            EndReason reason = service.ended().getNow(EndReason.FAILED);
            throw new Failure(exitCode(reason), "the service has failed, see the log above");
        }
    }

    @Override
    public void close() {
        service.close();
    }

    private static ExitCode exitCode(EndReason reason) {
        return switch (reason) {
            case STOPPED -> ExitCode.OK;
            case BAD_CONFIGURATION, BAD_MODEL -> ExitCode.USAGE;
            case BAD_TOPICS, KAFKA_UNREACHABLE, REGISTRY_UNREACHABLE -> ExitCode.UNAVAILABLE;
            case FAILED -> ExitCode.FAILED;
        };
    }
}
