/**
 * What operators see of a process: its metrics in Prometheus' format, and whether it lives and is ready.
 *
 * <p>{@link io.vigil.console.observe.ProcessMetrics} owns the meters, {@link io.vigil.console.observe.Readiness} knows what the
 * process waits for, {@link io.vigil.console.observe.MetricsEndpoint} serves both.
 */
@NullMarked
package io.vigil.console.observe;

import org.jspecify.annotations.NullMarked;
