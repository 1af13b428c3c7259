package io.vigil.producers.capture;

import io.vigil.producers.encode.EncodedPicture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A source that starts again at its end, as one stream whose media time goes on. */
final class LoopingFrameSource implements FrameSource {

    /** Between the last picture of a round and the first of the next, where the round had a single picture. */
    private static final long FALLBACK_INTERVAL_MICROS = 40_000;

    private final Supplier<FrameSource> rounds;
    private volatile FrameSource round;
    private volatile boolean interrupted;
    private long roundStart;
    private long last = -1;
    private long interval = FALLBACK_INTERVAL_MICROS;

    LoopingFrameSource(Supplier<FrameSource> rounds) {
        this.rounds = rounds;
        this.round = rounds.get();
    }

    @Override
    public void open() throws SourceException {
        round.open();
    }

    @Override
    public @Nullable Picture next() throws SourceException {
        Picture picture = round.next();
        if (picture == null) {
            picture = firstOfNextRound();
        }
        long time = roundStart + picture.mediaTimeMicros();
        if (last >= roundStart) {
            interval = time - last;
        }
        last = time;
        return new Shifted(picture, time);
    }

    @Override
    public boolean hasEnd() {
        return false;
    }

    @Override
    public boolean needsPacing() {
        return round.needsPacing();
    }

    @Override
    public void interrupt() {
        interrupted = true;
        round.interrupt();
    }

    @Override
    public void close() {
        round.close();
    }

    private Picture firstOfNextRound() throws SourceException {
        if (last < roundStart) {
            throw new SourceException(SourceException.Kind.PERMANENT, "it has no pictures to loop over");
        }
        roundStart = last + interval;
        round.close();
        round = rounds.get();
        if (interrupted) {
            throw new SourceException(SourceException.Kind.TEMPORARY, "interrupted");
        }
        round.open();
        Picture first = round.next();
        if (first == null) {
            throw new SourceException(SourceException.Kind.TEMPORARY, "it has no pictures any more");
        }
        return first;
    }

    private record Shifted(Picture picture, long mediaTimeMicros) implements Picture {

        @Override
        public EncodedPicture encode(FrameStamp stamp, int quality) {
            return picture.encode(stamp, quality);
        }
    }
}
