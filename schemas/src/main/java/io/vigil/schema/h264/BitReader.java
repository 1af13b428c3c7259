package io.vigil.schema.h264;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Bits of a NAL unit, most significant first, without the emulation prevention bytes (ITU-T H.264, 7.2 and 9.1). Not thread-safe. */
final class BitReader {

    private static final int MAX_LEADING_ZEROS = 31;

    private final ByteBuffer bytes;
    private int current;
    private int left;
    private int zeros;

    /**
     * @param bytes of the NAL unit after its header; read from the position on
     */
    BitReader(ByteBuffer bytes) {
        this.bytes = bytes.duplicate();
    }

    /**
     * The next bits as an unsigned number.
     *
     * @param count 0 to 31
     * @throws BufferUnderflowException if there are fewer
     */
    int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | bit();
        }
        return value;
    }

    boolean flag() {
        return bit() == 1;
    }

    /**
     * The next Exp-Golomb code, {@code ue(v)}.
     *
     * @throws BufferUnderflowException if it ends early, or is longer than any that the standard has
     */
    int unsigned() {
        int zeroBits = 0;
        while (bit() == 0) {
            zeroBits++;
            if (zeroBits > MAX_LEADING_ZEROS) {
                throw new BufferUnderflowException();
            }
        }
        return (1 << zeroBits) - 1 + bits(zeroBits);
    }

    /** The next signed Exp-Golomb code, {@code se(v)}. */
    int signed() {
        int code = unsigned();
        return (code & 1) == 0 ? -(code >>> 1) : (code >>> 1) + 1;
    }

    private int bit() {
        if (left == 0) {
            current = nextByte();
            left = Byte.SIZE;
        }
        left--;
        return current >> left & 1;
    }

    private int nextByte() {
        int next = Byte.toUnsignedInt(bytes.get());
        if (zeros >= 2 && next == 3) {
            zeros = 0;
            next = Byte.toUnsignedInt(bytes.get());
        }
        zeros = next == 0 ? zeros + 1 : 0;
        return next;
    }
}
