package io.vigil.streams.tracking;

/**
 * One object that is followed through the frames of a camera.
 *
 * @param id unique within the camera
 * @param label class of all its observations
 * @param state how sure it is
 * @param motion where it was last estimated to be
 * @param lastSeenMicros capture time of the last frame it was observed in, microseconds since 1970-01-01 UTC
 */
record Track(String id, String label, State state, BoxMotion motion, long lastSeenMicros) {

    enum State {
        /** Observed in one frame only; it may be a false alarm. */
        TENTATIVE,
        /** Observed in the last frame. */
        TRACKED,
        /** Observed earlier, but not in the last frame. */
        LOST
    }

    Track predicted(long micros) {
        BoxMotion from = state == State.LOST ? motion.withoutGrowth() : motion;
        return new Track(id, label, state, from.predicted(micros), lastSeenMicros);
    }

    Track observed(Observation observation, long timeMicros) {
        return new Track(id, label, State.TRACKED, motion.corrected(observation.box()), timeMicros);
    }

    Track lost() {
        return new Track(id, label, State.LOST, motion, lastSeenMicros);
    }
}
