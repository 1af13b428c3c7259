/**
 * Model packages and the ONNX Runtime sessions that run their graphs. See docs/model-package.md.
 *
 * <p>Read {@link io.vigil.streams.inference.ModelPackage}, then {@link io.vigil.streams.inference.OnnxGraph}. ONNX Runtime
 * is used here and nowhere else.
 */
@NullMarked
package io.vigil.streams.inference;

import org.jspecify.annotations.NullMarked;
