package io.vigil.streams.app;

import com.typesafe.config.ConfigException;
import io.vigil.streams.rules.RulesConfig;
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
     * Checks what the service's configuration says; how clips are sampled depends on the model package and is checked with it.
     *
     * @throws ConfigException if a time is too short
     */
    void check(TrackingConfig tracking, Duration silence, RulesConfig rules) {
        if (period.areLongerThan(tracking.maxLost())) {
            throw refusal("tracking.max-lost", "", tracking.maxLost(), "no object would be followed");
        }
        if (!period.areShorterThan(silence)) {
            throw refusal("silence", "", silence, "cameras would be forgotten");
        }
        rules.cameras().forEach((camera, of) -> {
            if (of.isSilentBetweenFrames(period)) {
                throw refusal(
                        "rules.cameras",
                        "camera %s, silent-after: ".formatted(camera),
                        of.silentAfter().orElseThrow(),
                        "cameras that work would be silent");
            }
        });
    }

    private ConfigException refusal(String key, String where, Duration time, String consequence) {
        return new ConfigException.BadValue(
                key,
                "%s%d ms do not outlast an analysis period of %s: %s from one analysed frame to the next; make it longer, or raise admission.frames-per-second"
                        .formatted(where, time.toMillis(), period, consequence));
    }
}
