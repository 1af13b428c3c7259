package io.vigil.console.testing;

import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.schema.StageTiming;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Records with good defaults; frames are 40 ms apart. */
public final class ResultFixture {

    /** All graphs of {@link #detections} together. */
    public static final double MODEL_MS = 35;

    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private ResultFixture() {}

    public static Instant captured(long sequence) {
        return BEGIN.plusMillis(40 * sequence);
    }

    public static Frame frame(String camera, long epoch, long sequence) {
        return new Frame(
                camera,
                epoch,
                sequence,
                captured(sequence),
                64,
                48,
                FrameEncoding.JPEG,
                ByteBuffer.wrap(new byte[] {(byte) epoch, (byte) sequence}),
                null);
    }

    public static Detections detections(String camera, long epoch, long sequence, String... labels) {
        return new Detections(
                camera,
                epoch,
                sequence,
                captured(sequence),
                64,
                48,
                "tra-test",
                "1.0.0",
                List.of(),
                Stream.of(labels)
                        .map(label -> new Box(label, 0.75f, 1f, 2f, 30f, 40f, null))
                        .toList(),
                List.of(
                        new StageTiming("decode", 4_000L),
                        new StageTiming("frame", 20_000L),
                        new StageTiming("support", 5_000L),
                        new StageTiming("detect", 10_000L)));
    }

    public static Actions actions(String camera, long epoch) {
        return new Actions(
                camera,
                epoch,
                captured(0),
                captured(3),
                List.of(0L, 1L, 2L, 3L),
                "tam-test",
                "1.0.0",
                List.of(new ActionScore("sitting down", 0.8f), new ActionScore("standing up", 0.2f)),
                List.of());
    }

    public static Skipped skipped(String camera, long epoch, long sequence, SkipReason reason) {
        return new Skipped(camera, epoch, sequence, captured(sequence), reason);
    }

    public static DeadLetter deadLetter() {
        return new DeadLetter(
                "vigil.frames",
                3,
                17L,
                captured(2),
                DeadLetterReason.TRUNCATED,
                "the picture ends early",
                null,
                List.of(),
                0,
                null);
    }
}
