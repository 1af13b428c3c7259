/**
 * Following what the service writes: every committed result, counted and timed.
 *
 * <p>Read {@link io.vigil.console.results.ResultFollower} first, which reads the topics and calls a {@link
 * io.vigil.console.results.ResultListener}; {@link io.vigil.console.results.Tally} counts, {@link
 * io.vigil.console.results.ResultLines} writes JSON lines.
 */
@NullMarked
package io.vigil.console.results;

import org.jspecify.annotations.NullMarked;
