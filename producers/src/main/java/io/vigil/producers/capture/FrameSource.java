package io.vigil.producers.capture;

import org.jspecify.annotations.Nullable;

/**
 * Where a camera's pictures come from.
 *
 * <p>Used by one thread, which opens, reads and closes it; only {@link #interrupt} may be called by others. Every
 * method but {@code interrupt} may block for as long as the camera or the network pleases.
 */
public interface FrameSource extends AutoCloseable {

    /** Connects; called once, before {@link #next}. */
    void open() throws SourceException;

    /** The next picture; null at the end. */
    @Nullable Picture next() throws SourceException;

    /** Whether the source has an end: null from {@link #next} is then no failure. Known once it is open. */
    boolean hasEnd();

    /** Whether pictures come as fast as they are asked for, so that the reader sets the pace. Known once it is open. */
    boolean needsPacing();

    /** Makes a blocked {@link #open} or {@link #next} fail soon, where the source is able to. */
    void interrupt();

    @Override
    void close();
}
