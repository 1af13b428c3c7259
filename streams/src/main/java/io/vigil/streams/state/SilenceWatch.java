package io.vigil.streams.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers when a camera last had a frame, by the clock of the host, and tells which have fallen silent. */
public final class SilenceWatch {

    /** How often to ask. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private final long silenceMillis;
    private final Map<String, Long> lastSeenMillis = new HashMap<>();

    /**
     * @param silence a camera without a frame for longer is silent
     */
    public SilenceWatch(Duration silence) {
        this.silenceMillis = silence.toMillis();
    }

    public void seen(String camera, long nowMillis) {
        lastSeenMillis.put(camera, nowMillis);
    }

    /** The cameras that have fallen silent, each reported once. */
    public List<String> takeSilent(long nowMillis) {
        List<String> silent = new ArrayList<>();
        lastSeenMillis.forEach((camera, seen) -> {
            if (nowMillis - seen > silenceMillis) {
                silent.add(camera);
            }
        });
        lastSeenMillis.keySet().removeAll(silent);
        return silent;
    }
}
