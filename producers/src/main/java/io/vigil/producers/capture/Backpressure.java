package io.vigil.producers.capture;

import io.vigil.schema.topic.CameraId;

/**
 * Lets the caller bound how many frames of unpaced cameras are on their way through the product.
 *
 * <p>Called by an unpaced camera's capture thread before each frame it captures, exactly once per captured frame.
 * Cameras that run in real time never ask: they drop instead of waiting.
 */
@FunctionalInterface
public interface Backpressure {

    /** Returns when {@code camera} may capture one more frame. */
    void awaitTurn(CameraId camera) throws InterruptedException;

    /** Never waits. */
    static Backpressure none() {
        return camera -> {};
    }
}
