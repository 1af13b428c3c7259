/**
 * The TRA detector: three graphs and what happens to their outputs (docs/model-package.md, docs/adr/0007-three-graphs.md).
 *
 * <p>Read {@link io.vigil.streams.detection.DetectionModel}, then {@link io.vigil.streams.detection.TraDetector}, then
 * {@link io.vigil.streams.detection.NonMaximumSuppression}. Shapes: H, W input pixels; N proposals; L labels without
 * background; S supports, the key frame included.
 */
@NullMarked
package io.vigil.streams.detection;

import org.jspecify.annotations.NullMarked;
