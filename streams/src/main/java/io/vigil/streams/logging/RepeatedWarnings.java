package io.vigil.streams.logging;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Warnings by topic, each at once the first time and then at most once a minute with the number of those left out.
 *
 * <p>Not thread-safe: each processor has its own.
 */
public final class RepeatedWarnings {

    private static final long PAUSE_MILLIS = Duration.ofMinutes(1).toMillis();

    /** Whoever makes up camera ids must not fill the memory. */
    private static final int MAX_TOPICS = 1000;

    private final Logger log;
    private final Clock clock;
    private final Map<String, Repetition> topics = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Repetition> eldest) {
            return size() > MAX_TOPICS;
        }
    };

    public RepeatedWarnings(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Logs the message, or counts it.
     *
     * @param topic what repeats itself, such as a camera and a reason
     */
    public void warn(String topic, String message) {
        long now = clock.millis();
        Repetition repetition = topics.computeIfAbsent(topic, unused -> new Repetition(now - PAUSE_MILLIS));
        if (now - repetition.loggedMillis < PAUSE_MILLIS) {
            repetition.leftOut++;
            return;
        }
        if (repetition.leftOut == 0) {
            log.warn("{}: {}", topic, message);
        } else {
            log.warn("{}: {} ({} more since the last such line)", topic, message, repetition.leftOut);
        }
        repetition.loggedMillis = now;
        repetition.leftOut = 0;
    }

    private static final class Repetition {

        private long loggedMillis;
        private long leftOut;

        Repetition(long loggedMillis) {
            this.loggedMillis = loggedMillis;
        }
    }
}
