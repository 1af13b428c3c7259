package io.vigil.console.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations with a unit, as in the configuration files: {@code 500ms}, {@code 30s}, {@code 2m}. */
final class DurationConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        Duration duration;
        try {
            duration = ConfigFactory.parseMap(Map.of("duration", text)).getDuration("duration");
        } catch (ConfigException e) {
            throw new TypeConversionException("\"%s\" is no duration; write 500ms, 30s or 2m".formatted(text));
        }
        boolean bareNumber = text.chars().allMatch(Character::isDigit);
        if (bareNumber || duration.isNegative() || duration.isZero()) {
            throw new TypeConversionException(
                    "\"%s\" must be a duration longer than 0 with its unit; write 500ms, 30s or 2m".formatted(text));
        }
        return duration;
    }
}
