package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.producers.camera.Pacing;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceAndRateTest {

    @ParameterizedTest
    @CsvSource({"25, 10, 200", "25, 25, 500", "25, 7.5, 150", "30, 10, 200", "10, 25, 200", "25, 0, 500"})
    void limiterShouldKeepTheWantedRateThroughJitter(double sourceRate, double wantedRate, int expected) {
        Random random = new Random(11);
        FrameRateLimiter limiter = new FrameRateLimiter(wantedRate);

        long taken = LongStream.range(0, Math.round(20 * sourceRate))
                .map(i -> Math.round(i * 1_000_000 / sourceRate) + random.nextInt(10_000))
                .filter(limiter::take)
                .count();

        assertThat(taken).isBetween(expected - expected / 50L - 1, expected + 2L);
    }

    @Test
    void limiterShouldNotMakeUpForASilence() {
        FrameRateLimiter limiter = new FrameRateLimiter(10);
        assertThat(limiter.take(0)).isTrue();

        assertThat(LongStream.range(0, 25)
                        .filter(i -> limiter.take(60_000_000 + i * 40_000))
                        .count())
                .isBetween(9L, 11L);
    }

    @Test
    void captureTimesShouldGrowEvenWhenTheWallClockDoesNot() throws Exception {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        Iterator<Instant> clock = List.of(start, start, start.minusMillis(900), start.plusMillis(1))
                .iterator();
        StreamClock streamClock = new StreamClock(clock::next, Pacing.REALTIME, 0);

        long first = streamClock.captureTimeMicros(0);

        assertThat(first).isEqualTo(StreamClock.microsOf(start));
        assertThat(streamClock.captureTimeMicros(0)).isEqualTo(first + 1);
        assertThat(streamClock.captureTimeMicros(0)).isEqualTo(first + 2);
        assertThat(streamClock.captureTimeMicros(0)).isEqualTo(first + 1_000);
    }

    @Test
    void unpacedCaptureTimesShouldNotDependOnTheWallClock() throws Exception {
        StreamClock streamClock = new StreamClock(Instant::now, Pacing.UNPACED, 1_000);

        assertThat(streamClock.captureTimeMicros(0)).isEqualTo(1_000);
        assertThat(streamClock.captureTimeMicros(40_000)).isEqualTo(41_000);
        assertThat(streamClock.captureTimeMicros(40_000)).isEqualTo(41_001);
    }

    @Test
    void waitsShouldDoubleUpToTheLongestAndStartOverAfterAReset() {
        Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), new Random(1));

        for (long expected : new long[] {500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
            assertThat(backoff.next().toMillis()).isBetween(expected * 3 / 4, expected * 5 / 4);
        }
        backoff.reset();
        assertThat(backoff.next().toMillis()).isBetween(375L, 625L);
        assertThat(backoff.longest().toMillis()).isBetween(22_500L, 37_500L);
    }

    @Test
    void waitsOfCamerasThatFailTogetherShouldDiffer() {
        Backoff one = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), new Random(1));
        Backoff other = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), new Random(2));

        assertThat(one.next()).isNotEqualTo(other.next());
    }
}
