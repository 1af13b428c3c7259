package io.vigil.streams.tracking;

import io.vigil.streams.frame.FrameStamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Follows objects by associating every detection box (ByteTrack, Zhang et al., ECCV 2022), within each class.
 *
 * <p>Three rounds pair tracks with detections: tracks and lost tracks with the sure ones; tracks that are left with the
 * unsure ones, which are mostly objects half hidden; tentative tracks with the sure ones that are left. What is sure and left
 * after that starts a tentative track. A pure function, and so thread-safe: the tracks of a camera are handed in and out.
 */
public final class ByteTracker {

    /**
     * What a frame means for the tracks of its camera.
     *
     * @param after the tracks after the frame
     * @param trackIds for each observation the track it continues; empty if it is not followed (yet)
     */
    public record Step(CameraTracks after, List<Optional<String>> trackIds) {}

    /** The limits of the released ByteTrack: costs from these on are no pair. */
    private static final double SURE_LIMIT = 0.8;

    private static final double UNSURE_LIMIT = 0.5;
    private static final double TENTATIVE_LIMIT = 0.7;
    private static final double IMPOSSIBLE = 1;

    private final TrackingConfig config;

    public ByteTracker(TrackingConfig config) {
        this.config = config;
    }

    /**
     * Follows the objects of a camera into its next frame.
     *
     * <p>A new stream epoch, another picture size or a step back in time starts without tracks.
     *
     * @param before the tracks after the last frame; null if there was none
     */
    public Step follow(@Nullable CameraTracks before, FrameStamp frame, List<Observation> observations) {
        return new Pass(predicted(before, frame), observations).run(frame);
    }

    private List<Track> predicted(@Nullable CameraTracks before, FrameStamp frame) {
        if (before == null
                || !frame.continues(before.frame())
                || frame.timeMicros() < before.frame().timeMicros()) {
            return List.of();
        }
        long micros = frame.timeMicros() - before.frame().timeMicros();
        return before.tracks().stream()
                .filter(track -> frame.timeMicros() - track.lastSeenMicros() <= config.maxLostMicros())
                .map(track -> track.predicted(micros))
                .toList();
    }

    private static double distance(Track track, Observation observation) {
        return track.label().equals(observation.label())
                ? 1 - track.motion().box().iou(observation.box())
                : IMPOSSIBLE;
    }

    /** The distance, with a better score counting as nearer. */
    private static double scoredDistance(Track track, Observation observation) {
        return 1 - (1 - distance(track, observation)) * observation.score();
    }

    /** The work on one frame. */
    private final class Pass {

        private final List<Track> tracks;
        private final List<Observation> observations;
        private final List<Integer> sure = new ArrayList<>();
        private final List<Integer> unsure = new ArrayList<>();
        private final int[] observationOf;
        private final List<Optional<String>> trackIds;

        Pass(List<Track> tracks, List<Observation> observations) {
            this.tracks = tracks;
            this.observations = observations;
            this.observationOf = new int[tracks.size()];
            Arrays.fill(observationOf, Assignment.NONE);
            this.trackIds = new ArrayList<>(Collections.nCopies(observations.size(), Optional.empty()));
        }

        Step run(FrameStamp frame) {
            for (int i = 0; i < observations.size(); i++) {
                float score = observations.get(i).score();
                if (score >= config.highScore()) {
                    sure.add(i);
                } else if (score >= config.lowScore()) {
                    unsure.add(i);
                }
            }
            pair(List.of(Track.State.TRACKED, Track.State.LOST), sure, ByteTracker::scoredDistance, SURE_LIMIT);
            pair(List.of(Track.State.TRACKED), unsure, ByteTracker::distance, UNSURE_LIMIT);
            pair(List.of(Track.State.TENTATIVE), sure, ByteTracker::scoredDistance, TENTATIVE_LIMIT);
            List<Track> after = new ArrayList<>(continued(frame));
            after.addAll(started(frame));
            return new Step(new CameraTracks(frame, after), List.copyOf(trackIds));
        }

        /** Pairs tracks that have no observation yet with observations, which are taken out of {@code candidates}. */
        private void pair(
                List<Track.State> states,
                List<Integer> candidates,
                ToDoubleBiFunction<Track, Observation> cost,
                double limit) {
            List<Integer> open = new ArrayList<>();
            for (int i = 0; i < tracks.size(); i++) {
                if (observationOf[i] == Assignment.NONE
                        && states.contains(tracks.get(i).state())) {
                    open.add(i);
                }
            }
            double[][] costs = new double[open.size()][candidates.size()];
            for (int row = 0; row < open.size(); row++) {
                for (int column = 0; column < candidates.size(); column++) {
                    costs[row][column] =
                            cost.applyAsDouble(tracks.get(open.get(row)), observations.get(candidates.get(column)));
                }
            }
            int[] columnOf = Assignment.of(costs, limit);
            List<Integer> taken = new ArrayList<>();
            for (int row = 0; row < columnOf.length; row++) {
                if (columnOf[row] != Assignment.NONE) {
                    observationOf[open.get(row)] = candidates.get(columnOf[row]);
                    taken.add(candidates.get(columnOf[row]));
                }
            }
            candidates.removeAll(taken);
        }

        /** A tentative track without a second observation was a false alarm. */
        private List<Track> continued(FrameStamp frame) {
            List<Track> continued = new ArrayList<>();
            for (int i = 0; i < tracks.size(); i++) {
                Track track = tracks.get(i);
                int observation = observationOf[i];
                if (observation != Assignment.NONE) {
                    trackIds.set(observation, Optional.of(track.id()));
                    continued.add(track.observed(observations.get(observation), frame.timeMicros()));
                } else if (track.state() != Track.State.TENTATIVE) {
                    continued.add(track.lost());
                }
            }
            return continued;
        }

        /** The id is that of its first observation: unique without a counter that would have to be kept for ever. */
        private List<Track> started(FrameStamp frame) {
            List<Track> started = new ArrayList<>();
            for (int i : sure) {
                Observation first = observations.get(i);
                if (first.score() >= config.newTrackScore()) {
                    started.add(new Track(
                            "%d-%d-%d".formatted(frame.epoch(), frame.sequence(), i),
                            first.label(),
                            Track.State.TENTATIVE,
                            BoxMotion.startingAt(first.box()),
                            frame.timeMicros()));
                }
            }
            return started;
        }
    }
}
