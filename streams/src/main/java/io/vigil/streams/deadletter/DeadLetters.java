package io.vigil.streams.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.schema.DeadLetter;
import io.vigil.schema.RecordHeader;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes dead letters that fit into their topic: what does not fit is left out, the value first, then headers, then the key,
 * and the message says so.
 */
public final class DeadLetters {

    /** What a dead letter needs beside key, headers and value: its fixed fields, the message, Kafka's own record. */
    private static final int OVERHEAD_BYTES = 8 * 1024;

    private static final int MAX_MESSAGE_CHARS = 1024;

    /** Lengths and union tags that Avro writes around a header or a value. */
    private static final int FIELD_OVERHEAD_BYTES = 16;

    private final int maxBytes;

    /**
     * @param maxBytes the largest record of the dead letters topic
     */
    public DeadLetters(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The dead letter for this record, at most {@code maxBytes} with everything around it. */
    public DeadLetter of(Origin origin, RejectedFrameException why) {
        Budget budget = new Budget(maxBytes - OVERHEAD_BYTES);
        @Nullable ByteBuffer key = budget.fit("key", origin.key());
        List<RecordHeader> headers = headers(origin, budget);
        @Nullable ByteBuffer value = budget.fit("value", origin.value());
        return new DeadLetter(
                origin.topic(),
                origin.partition(),
                origin.offset(),
                Instant.ofEpochMilli(origin.timestamp()),
                why.reason(),
                shortened(why.sentence()) + budget.leftOut(),
                key,
                headers,
                origin.value() == null ? -1 : origin.value().length,
                value);
    }

    private static List<RecordHeader> headers(Origin origin, Budget budget) {
        int size = 0;
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : origin.headers()) {
            byte @Nullable [] value = header.value();
            size += FIELD_OVERHEAD_BYTES + header.key().getBytes(UTF_8).length + (value == null ? 0 : value.length);
            headers.add(new RecordHeader(header.key(), value == null ? null : ByteBuffer.wrap(value)));
        }
        return budget.take("headers", size) ? headers : List.of();
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS) + "…";
    }

    /** Bytes left for the variable parts, and what did not fit. */
    private static final class Budget {

        private final List<String> leftOut = new ArrayList<>();
        private int left;

        Budget(int bytes) {
            left = bytes;
        }

        boolean take(String part, int bytes) {
            if (bytes > left) {
                leftOut.add("%s of %d bytes".formatted(part, bytes));
                return false;
            }
            left -= bytes;
            return true;
        }

        @Nullable ByteBuffer fit(String part, byte @Nullable [] bytes) {
            return bytes != null && take(part, FIELD_OVERHEAD_BYTES + bytes.length) ? ByteBuffer.wrap(bytes) : null;
        }

        String leftOut() {
            return leftOut.isEmpty() ? "" : "; left out: " + String.join(", ", leftOut);
        }
    }
}
