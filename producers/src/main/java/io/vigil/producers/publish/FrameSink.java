package io.vigil.producers.publish;

import io.vigil.schema.Frame;

/** Where captured frames go. */
@FunctionalInterface
public interface FrameSink {

    /**
     * Takes a captured frame and from then on accounts for it, whatever happens.
     *
     * @throws InterruptedException if the calling thread is interrupted while it waits for room; the frame is accounted
     *     for all the same
     */
    void add(Frame frame) throws InterruptedException;
}
