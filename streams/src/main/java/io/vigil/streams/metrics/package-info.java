/**
 * What the service tells about its frames while it runs: outcomes, stage times, window fill.
 *
 * <p>Windows, sampling and models know nothing of it: the processors report to {@link io.vigil.streams.metrics.FrameMetrics}.
 */
@NullMarked
package io.vigil.streams.metrics;

import org.jspecify.annotations.NullMarked;
