/**
 * The last hour of each camera: what was found when, and the pictures to it.
 *
 * <p>{@link io.vigil.console.web.history.History} keeps the results in memory, {@link io.vigil.console.web.history.Timeline} sums them up for
 * a strip as wide as a screen, {@link io.vigil.console.web.history.FrameArchive} fetches a frame back from Kafka, and {@link
 * io.vigil.console.web.history.HistoryRoutes} serves all three.
 */
@NullMarked
package io.vigil.console.web.history;

import org.jspecify.annotations.NullMarked;
