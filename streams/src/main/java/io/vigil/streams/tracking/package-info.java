/**
 * Which detections of successive frames are the same object: ByteTrack (Zhang et al., ECCV 2022) in event time.
 *
 * <p>Read {@link io.vigil.streams.tracking.ByteTracker} first: a pure function from a camera's tracks and a frame's
 * detections to the tracks after it. {@link io.vigil.streams.tracking.BoxMotion} predicts where a track is, {@link
 * io.vigil.streams.tracking.Assignment} pairs tracks with detections. See docs/adr/0008-tracking-in-the-topology.md.
 */
@NullMarked
package io.vigil.streams.tracking;

import org.jspecify.annotations.NullMarked;
