package io.vigil.console.cli;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment: ISO 8601 with an offset, {@code 2026-11-24T08:00:00Z}, or so long ago, {@code 15m}. */
final class MomentConverter implements ITypeConverter<Instant> {

    private final DurationConverter durations = new DurationConverter();

    @Override
    public Instant convert(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException notIso) {
            return ago(text);
        }
    }

    private Instant ago(String text) {
        try {
            return Instant.now().minus(durations.convert(text));
        } catch (TypeConversionException e) {
            throw new TypeConversionException(
                    "\"%s\" is no moment; write 2026-11-24T08:00:00Z, or 15m for so long ago".formatted(text));
        }
    }
}
