package io.vigil.streams.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory for a {@link Tensor} that is used again and grows where that is needed. Not thread-safe. */
public final class DirectMemory {

    private ByteBuffer memory = allocated(0);

    /** So many bytes to be written from the first on; what was in them before is lost. */
    public ByteBuffer of(int bytes) {
        if (memory.capacity() < bytes) {
            memory = allocated(bytes);
        }
        return memory.clear().limit(bytes);
    }

    private static ByteBuffer allocated(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
