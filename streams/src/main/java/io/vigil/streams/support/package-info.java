/**
 * The support frames of each camera, and the detection on each key frame with their help.
 *
 * <p>Read {@link io.vigil.streams.support.SupportWindow} (plain Java: which frames support which), then
 * {@link io.vigil.streams.support.DetectionProcessor}. Frames are the truth, contributions a cache:
 * docs/adr/0002-frames-are-truth.md.
 */
@NullMarked
package io.vigil.streams.support;

import org.jspecify.annotations.NullMarked;
