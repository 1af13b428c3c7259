package io.vigil.console.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.SkipReason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What must become of one camera's records, worked out from the rules in docs/adr/0003-slots-in-event-time.md without the
 * service's code.
 *
 * @param analysed in order
 * @param skipped in order
 * @param deadLetters in order
 */
public record ExpectedOutcomes(
        List<Analysed> analysed, List<SkippedFrame> skipped, List<DeadLetterReason> deadLetters) {

    /**
     * An analysed frame.
     *
     * @param supports sequence numbers of its support frames, oldest first
     * @param levels grey levels of the support frames and of the frame itself
     */
    public record Analysed(long epoch, long sequence, List<Long> supports, List<Integer> levels) {}

    /** A frame that is not analysed. */
    public record SkippedFrame(long epoch, long sequence, SkipReason reason) {}

    /**
     * What must become of {@code entries}, all of one camera.
     *
     * @param period of the first frame of each such piece of event time is analysed
     * @param slot the first analysed frame of each such piece of event time is a support frame
     * @param window so many slots, the current one included
     */
    public static ExpectedOutcomes of(List<FrameLog.Entry> entries, Duration period, Duration slot, int window) {
        List<Frame> analysed = new ArrayList<>();
        List<SkippedFrame> skipped = new ArrayList<>();
        List<DeadLetterReason> deadLetters = new ArrayList<>();
        Set<List<Long>> seen = new HashSet<>();
        Frame newest = null;
        for (FrameLog.Entry entry : entries) {
            entry.poison().ifPresent(deadLetters::add);
            if (entry.frame().isEmpty()) {
                continue;
            }
            Frame frame = entry.frame().get();
            Optional<SkipReason> reason = Optional.empty();
            if (!seen.add(List.of(frame.getEpoch(), frame.getSequence()))) {
                reason = Optional.of(SkipReason.DUPLICATE);
            } else if (newest != null && isBefore(frame, newest)) {
                reason = Optional.of(SkipReason.LATE);
            } else {
                newest = frame;
                if (isSecondOfPeriod(frame, analysed, period)) {
                    reason = Optional.of(SkipReason.RATE_LIMITED);
                }
            }
            if (reason.isPresent()) {
                skipped.add(new SkippedFrame(frame.getEpoch(), frame.getSequence(), reason.get()));
            } else {
                analysed.add(frame);
            }
        }
        List<Analysed> results = new ArrayList<>();
        for (int i = 0; i < analysed.size(); i++) {
            results.add(analysed(analysed.get(i), supports(analysed, i, slot, window)));
        }
        return new ExpectedOutcomes(results, skipped, deadLetters);
    }

    public int count() {
        return analysed.size() + skipped.size() + deadLetters.size();
    }

    private static Analysed analysed(Frame key, List<Frame> supports) {
        List<Integer> levels =
                new ArrayList<>(supports.stream().map(FrameLog::level).toList());
        levels.add(FrameLog.level(key));
        return new Analysed(
                key.getEpoch(),
                key.getSequence(),
                supports.stream().map(Frame::getSequence).toList(),
                levels);
    }

    private static List<Frame> supports(List<Frame> analysed, int key, Duration slot, int window) {
        long keySlot = piece(analysed.get(key), slot);
        List<Frame> supports = new ArrayList<>();
        Set<Long> taken = new HashSet<>();
        for (Frame earlier : analysed.subList(0, key)) {
            boolean sameStream = earlier.getEpoch() == analysed.get(key).getEpoch();
            long earlierSlot = piece(earlier, slot);
            if (sameStream && taken.add(earlierSlot) && earlierSlot > keySlot - window) {
                supports.add(earlier);
            }
        }
        return supports;
    }

    private static boolean isBefore(Frame frame, Frame newest) {
        return frame.getEpoch() < newest.getEpoch()
                || (frame.getEpoch() == newest.getEpoch() && frame.getSequence() < newest.getSequence());
    }

    private static boolean isSecondOfPeriod(Frame frame, List<Frame> analysed, Duration period) {
        if (analysed.isEmpty()) {
            return false;
        }
        Frame last = analysed.get(analysed.size() - 1);
        return last.getEpoch() == frame.getEpoch() && piece(last, period) == piece(frame, period);
    }

    private static long piece(Frame frame, Duration length) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, frame.getCaptureTime());
        return Math.floorDiv(micros, length.toNanos() / 1000);
    }

    /** Asserts that {@code results} hold all these outcomes of {@code camera} and no others, in order. */
    public void assertMetBy(CommittedResults results, String camera) {
        List<Detections> detections = results.detections(camera);
        assertThat(detections)
                .extracting(found -> List.of(found.getEpoch(), found.getSequence(), found.getSupportSequences()))
                .isEqualTo(analysed.stream()
                        .map(frame -> List.of(frame.epoch(), frame.sequence(), frame.supports()))
                        .toList());
        assertThat(results.skipped(camera))
                .extracting(found -> new SkippedFrame(found.getEpoch(), found.getSequence(), found.getReason()))
                .isEqualTo(skipped);
        assertThat(results.deadLetters().stream().filter(letter -> isFrom(camera, letter)))
                .extracting(DeadLetter::getReason)
                .isEqualTo(deadLetters);
        for (int i = 0; i < detections.size(); i++) {
            assertModelSaw(detections.get(i), analysed.get(i));
        }
    }

    /** The test detector draws one box for each support frame and one for the key frame, as wide as its grey level says. */
    private static void assertModelSaw(Detections found, Analysed expected) {
        assertThat(found.getBoxes()).hasSameSizeAs(expected.levels());
        for (int i = 0; i < expected.levels().size(); i++) {
            double level = found.getBoxes().get(i).getW() * 255.0 / found.getWidth();
            assertThat(level)
                    .as("box %d of frame %d", i, found.getSequence())
                    .isCloseTo(expected.levels().get(i), within(1.5));
        }
    }

    private static boolean isFrom(String camera, DeadLetter letter) {
        return UTF_8.decode(letter.getKey().duplicate()).toString().equals(camera);
    }
}
