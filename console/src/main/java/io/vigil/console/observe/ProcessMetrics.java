package io.vigil.console.observe;

import io.github.mweirauch.micrometer.jvm.extras.ProcessMemoryMetrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The meters of this process, those of the Java machine and of its native memory among them.
 *
 * <p>Models and pictures lie outside the Java heap: {@code process_memory_rss_bytes} is what the process takes of its host.
 */
public final class ProcessMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

    private ProcessMetrics() {}

    /** Begins to measure. */
    public static ProcessMetrics start(Readiness readiness) {
        ProcessMetrics metrics = new ProcessMetrics();
        MeterRegistry registry = metrics.registry;
        Gauge.builder("vigil.ready", readiness, state -> state.waiting().isEmpty() ? 1 : 0)
                .description("1 when the process does its work")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new ProcessMemoryMetrics().bindTo(registry);
        metrics.garbageCollection.bindTo(registry);
        return metrics;
    }

    /** Where the parts of the process register their meters. */
    public MeterRegistry registry() {
        return registry;
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }

    /** All meters now, in Prometheus' text format. */
    public String text() {
        return registry.scrape();
    }
}
