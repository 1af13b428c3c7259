package io.vigil.streams.time;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * Divides event time into slots of equal length, counted from 1970-01-01 UTC: slot {@code n} is
 * {@code [n * length, (n + 1) * length)}.
 *
 * <p>The length is a fraction, so that 15 slots are exactly one second.
 */
public final class Slots {

    private static final BigDecimal MICROS_PER_SECOND = BigDecimal.valueOf(1_000_000);

    private final long slots;
    private final long micros;

    /** {@code slots} slots are {@code micros} microseconds. */
    private Slots(BigInteger slots, BigInteger micros) {
        BigInteger divisor = slots.gcd(micros);
        this.slots = slots.divide(divisor).longValueExact();
        this.micros = micros.divide(divisor).longValueExact();
    }

    /** Slots of this length, at least a microsecond. */
    public static Slots ofLength(Duration length) {
        long micros = length.toNanos() / 1_000;
        if (micros <= 0) {
            throw new IllegalArgumentException("slots must be at least a microsecond long: %s".formatted(length));
        }
        return new Slots(BigInteger.ONE, BigInteger.valueOf(micros));
    }

    /** So many slots per second, positive, with at most six decimals. */
    public static Slots perSecond(BigDecimal rate) {
        if (rate.signum() <= 0) {
            throw new IllegalArgumentException("slots per second must be positive: %s".formatted(rate));
        }
        return new Slots(
                rate.multiply(MICROS_PER_SECOND).toBigIntegerExact(),
                MICROS_PER_SECOND.multiply(MICROS_PER_SECOND).toBigIntegerExact());
    }

    /** The slot of this event time, microseconds since 1970-01-01 UTC. */
    public long at(long timeMicros) {
        long whole = Math.floorDiv(timeMicros, micros);
        long rest = Math.floorMod(timeMicros, micros);
        return whole * slots + rest * slots / micros;
    }

    /** Whether each slot is a whole number of the others, so that it starts where one of them starts. */
    public boolean areMultiplesOf(Slots others) {
        BigInteger ours = BigInteger.valueOf(micros).multiply(BigInteger.valueOf(others.slots));
        BigInteger theirs = BigInteger.valueOf(others.micros).multiply(BigInteger.valueOf(slots));
        return ours.mod(theirs).signum() == 0;
    }

    /** Whether each slot is longer than this. */
    public boolean areLongerThan(Duration length) {
        return compareLength(length) > 0;
    }

    /** Whether each slot is shorter than this. */
    public boolean areShorterThan(Duration length) {
        return compareLength(length) < 0;
    }

    private int compareLength(Duration length) {
        BigInteger nanos = BigInteger.valueOf(micros).multiply(BigInteger.valueOf(1_000));
        return nanos.compareTo(BigInteger.valueOf(length.toNanos()).multiply(BigInteger.valueOf(slots)));
    }

    /** The length, to the microsecond. */
    @Override
    public String toString() {
        BigDecimal millis = BigDecimal.valueOf(micros)
                .divide(BigDecimal.valueOf(slots).multiply(BigDecimal.valueOf(1_000)), 3, RoundingMode.HALF_UP);
        return millis.stripTrailingZeros().toPlainString() + " ms";
    }
}
