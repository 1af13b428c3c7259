/**
 * State that survives: one frame per key in a changelogged store, and forgetting cameras that fell silent.
 *
 * <p>Read {@link io.vigil.streams.state.FrameStore}.
 */
@NullMarked
package io.vigil.streams.state;

import org.jspecify.annotations.NullMarked;
