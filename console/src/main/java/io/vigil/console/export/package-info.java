/**
 * Results of a span of time out of Kafka into files.
 *
 * <p>Read {@link io.vigil.console.export.Export} first; {@link io.vigil.console.export.CommittedRecords} reads, a {@link
 * io.vigil.console.export.ResultWriter} per format writes, and {@link io.vigil.console.export.VideoWriter} burns boxes into the
 * frames they belong to.
 */
@NullMarked
package io.vigil.console.export;

import org.jspecify.annotations.NullMarked;
