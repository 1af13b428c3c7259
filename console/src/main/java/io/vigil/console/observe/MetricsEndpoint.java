package io.vigil.console.observe;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.LocalUrl;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Serves {@code /metrics}, {@code /health/live} and {@code /health/ready} until it is closed.
 *
 * <p>Live: the process answers. Ready: state is restored and models are warm, or cameras are captured; otherwise status 503 and
 * a sentence that says what the process waits for.
 */
public final class MetricsEndpoint implements AutoCloseable {

    private static final String METRICS = "/metrics";
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int MAX_THREADS = 8;

    private final MetricsConfig config;
    private final ProcessMetrics metrics;
    private final Readiness readiness;
    private final List<MoreRoutes> others;
    private final Javalin server;

    private MetricsEndpoint(
            MetricsConfig config, ProcessMetrics metrics, Readiness readiness, List<? extends MoreRoutes> others) {
        this.config = config;
        this.metrics = metrics;
        this.readiness = readiness;
        this.others = List.copyOf(others);
        this.server = Javalin.create(this::configure);
    }

    /**
     * Begins to serve.
     *
     * @throws Failure if the port is taken or the address is not this host's
     */
    public static MetricsEndpoint open(MetricsConfig config, ProcessMetrics metrics, Readiness readiness) {
        return open(config, metrics, readiness, List.of());
    }

    /**
     * Begins to serve.
     *
     * @param others what else is served there
     * @throws Failure if the port is taken or the address is not this host's
     */
    public static MetricsEndpoint open(
            MetricsConfig config, ProcessMetrics metrics, Readiness readiness, List<? extends MoreRoutes> others) {
        MetricsEndpoint endpoint = new MetricsEndpoint(config, metrics, readiness, others);
        try {
            endpoint.server.start(config.address(), config.port());
        } catch (RuntimeException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "the metrics cannot be served on %s:%d (%s); give another port with --metrics-port"
                            .formatted(config.address(), config.port(), e.getMessage()),
                    e);
        }
        return endpoint;
    }

    /** Where the metrics are, seen from this host. */
    public String url() {
        return LocalUrl.of(config.address(), server.port()) + METRICS;
    }

    @Override
    public void close() {
        server.stop();
    }

    private void configure(JavalinConfig javalin) {
        javalin.startup.showJavalinBanner = false;
        javalin.startup.startupWatcherEnabled = false;
        javalin.jetty.threadPool = new QueuedThreadPool(MAX_THREADS, 1);
        javalin.routes.get(
                METRICS, request -> request.contentType(PROMETHEUS_TEXT).result(metrics.text()));
        javalin.routes.get("/health/live", request -> request.result("live\n"));
        javalin.routes.get("/health/ready", this::ready);
        others.forEach(other -> other.register(javalin.routes));
    }

    private void ready(Context request) {
        Optional<String> waiting = readiness.waiting();
        request.status(waiting.isEmpty() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                .result(waiting.map("not ready: %s%n"::formatted).orElse("ready\n"));
    }
}
