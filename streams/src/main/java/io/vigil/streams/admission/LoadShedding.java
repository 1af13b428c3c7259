package io.vigil.streams.admission;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Which frames are shed because they are old when their turn comes.
 *
 * <p>From half the limit on, a share of a camera's frames that grows with their age, evenly spread; at the limit, all. With a
 * limit alone, the first of the cameras on a stream thread to reach it would shed for all others.
 */
final class LoadShedding {

    private final double maxAgeMillis;
    private final Map<String, Double> owed = new HashMap<>();

    /**
     * @param maxAge all frames that are older are shed
     */
    LoadShedding(Duration maxAge) {
        this.maxAgeMillis = maxAge.toMillis();
    }

    /**
     * Whether a frame is shed.
     *
     * @param ageMillis of the frame when its turn comes
     */
    boolean sheds(String camera, long ageMillis) {
        double share = Math.min(Math.max(2 * ageMillis / maxAgeMillis - 1, 0), 1);
        if (share == 0) {
            owed.remove(camera);
            return false;
        }
        double sum = owed.getOrDefault(camera, 0.0) + share;
        boolean shed = sum >= 1;
        owed.put(camera, shed ? sum - 1 : sum);
        return shed;
    }

    void forget(String camera) {
        owed.remove(camera);
    }
}
