package io.vigil.streams.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @Test
    void shouldCountFromTheEpochOfTheClock() {
        Slots seconds = Slots.ofLength(Duration.ofSeconds(1));

        assertThat(seconds.at(0)).isZero();
        assertThat(seconds.at(999_999)).isZero();
        assertThat(seconds.at(1_000_000)).isEqualTo(1);
    }

    @Test
    void shouldNotDriftWhereALengthIsNoWholeNumberOfMicroseconds() {
        Slots fifteenth = Slots.perSecond(BigDecimal.valueOf(15));
        long years = 56L * 365 * 24 * 3600;

        assertThat(fifteenth.at(years * 1_000_000)).isEqualTo(years * 15);
        assertThat(fifteenth.at(years * 1_000_000 - 1)).isEqualTo(years * 15 - 1);
        assertThat(fifteenth.at(66_666)).isZero();
        assertThat(fifteenth.at(66_667)).isEqualTo(1);
    }

    @Test
    void shouldKnowWhoseBordersItShares() {
        Slots second = Slots.ofLength(Duration.ofSeconds(1));

        assertThat(second.areMultiplesOf(Slots.perSecond(BigDecimal.valueOf(15))))
                .isTrue();
        assertThat(second.areMultiplesOf(Slots.perSecond(new BigDecimal("0.5"))))
                .isFalse();
        assertThat(second.areMultiplesOf(Slots.perSecond(new BigDecimal("2.5"))))
                .isFalse();
        assertThat(Slots.ofLength(Duration.ofSeconds(2)).areMultiplesOf(Slots.perSecond(new BigDecimal("2.5"))))
                .isTrue();
        assertThat(Slots.ofLength(Duration.ofMillis(250)).areMultiplesOf(Slots.perSecond(BigDecimal.valueOf(15))))
                .isFalse();
    }

    @Test
    void shouldCompareItsLengthExactly() {
        Slots third = Slots.perSecond(BigDecimal.valueOf(3));
        Slots second = Slots.perSecond(BigDecimal.ONE);

        assertThat(third.areLongerThan(Duration.ofNanos(333_333_333))).isTrue();
        assertThat(third.areShorterThan(Duration.ofNanos(333_333_334))).isTrue();
        assertThat(second.areLongerThan(Duration.ofSeconds(1))).isFalse();
        assertThat(second.areShorterThan(Duration.ofSeconds(1))).isFalse();
        assertThat(second.areShorterThan(Duration.ofDays(365))).isTrue();
    }

    @Test
    void lengthMustBeAtLeastAMicrosecond() {
        assertThatIllegalArgumentException().isThrownBy(() -> Slots.ofLength(Duration.ofNanos(999)));
    }

    @Test
    void rateMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> Slots.perSecond(BigDecimal.ZERO));
    }

    @Property
    void shouldBeTheExactQuotientRoundedDown(
            @ForAll @IntRange(min = 1, max = 10_000_000) int rateInTenThousandths,
            @ForAll @LongRange(min = 0, max = 253_402_300_799_000_000L) long timeMicros) {
        Slots slots = Slots.perSecond(BigDecimal.valueOf(rateInTenThousandths, 4));

        BigInteger exact = BigInteger.valueOf(timeMicros)
                .multiply(BigInteger.valueOf(rateInTenThousandths))
                .divide(BigInteger.valueOf(10_000_000_000L));

        assertThat(slots.at(timeMicros)).isEqualTo(exact.longValueExact());
    }
}
