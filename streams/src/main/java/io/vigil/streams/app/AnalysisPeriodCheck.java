package io.vigil.streams.app;

import com.typesafe.config.ConfigException;
import io.vigil.streams.time.Slots;
import io.vigil.streams.tracking.TrackingConfig;
import java.time.Duration;

/** Refuses times that would run out between one analysed frame and the next. */
final class AnalysisPeriodCheck {

    private final Slots period;

    /**
     * @param period of which the first frame is analysed
     */
    AnalysisPeriodCheck(Slots period) {
        this.period = period;
    }

    /**
     * Checks what the service's configuration says; how clips are sampled is checked with the model package, rules with all others.
     *
     * @throws ConfigException if a time is too short
     */
    void check(TrackingConfig tracking, Duration silence) {
        if (period.areLongerThan(tracking.maxLost())) {
            throw refusal("tracking.max-lost", tracking.maxLost(), "no object would be followed");
        }
        if (!period.areShorterThan(silence)) {
            throw refusal("silence", silence, "cameras would be forgotten");
        }
    }

    private ConfigException refusal(String key, Duration time, String consequence) {
        return new ConfigException.BadValue(
                key,
                "%d ms do not outlast an analysis period of %s: %s from one analysed frame to the next; make it longer, or raise admission.frames-per-second"
                        .formatted(time.toMillis(), period, consequence));
    }
}
