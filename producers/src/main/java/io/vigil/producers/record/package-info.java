/**
 * Frames back into video: an MP4 file with what was found drawn into the pictures.
 *
 * <p>It stands beside capture because both own native pictures of FFmpeg and OpenCV; who exports needs neither. Read {@link
 * io.vigil.producers.record.AnnotatedVideo} first.
 */
@NullMarked
package io.vigil.producers.record;

import org.jspecify.annotations.NullMarked;
