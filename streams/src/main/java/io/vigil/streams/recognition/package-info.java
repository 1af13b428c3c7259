/**
 * The TAM recognizer: one graph from a clip to logits (docs/model-package.md).
 *
 * <p>Read {@link io.vigil.streams.recognition.RecognitionModel}, then {@link io.vigil.streams.recognition.TamRecognizer}.
 * Shapes: T frames of a clip, H, W input pixels.
 */
@NullMarked
package io.vigil.streams.recognition;

import org.jspecify.annotations.NullMarked;
