/**
 * The TAM recognizer: one graph from a clip to logits, or two that step from frame to frame (docs/model-package.md).
 *
 * <p>Read {@link io.vigil.streams.recognition.RecognitionModel}, then {@link io.vigil.streams.recognition.TamRecognizer}, then
 * {@link io.vigil.streams.recognition.StreamingRecognizer} (docs/adr/0019-streaming-recognizer.md).
 * Shapes: T frames of a clip, H, W input pixels.
 */
@NullMarked
package io.vigil.streams.recognition;

import org.jspecify.annotations.NullMarked;
