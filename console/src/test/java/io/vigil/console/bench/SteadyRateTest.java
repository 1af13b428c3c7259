package io.vigil.console.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteadyRateTest {

    private static final long PERIOD = 25_000_000;

    @Test
    void shouldBeThatOfResultsThatComeOneByOne() {
        assertThat(SteadyRate.of(LongStream.range(0, 100).map(i -> i * PERIOD).toArray()))
                .isCloseTo(40, within(1e-9));
    }

    /** Commits of 400 ms, in a measurement of 6 s that begins and ends anywhere within one; from first to last, errors reach 6 %. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 8, 12, 15})
    void shouldHardlyDependOnWhereBurstsBeginAndEnd(int first) {
        for (int more = 0; more < 16; more++) {
            long[] seen = LongStream.range(first, first + 240 + more)
                    .map(i -> i / 16 * 16 * PERIOD)
                    .toArray();

            assertThat(SteadyRate.of(seen)).as("%d more", more).isCloseTo(40, within(0.4));
        }
    }
}
