package io.vigil.sinks.onvif;

import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * What was found in one frame, in ONVIF's terms.
 *
 * @param source the camera's id
 * @param time when the frame was captured
 * @param objects best likelihood first
 */
public record SceneFrame(String source, Instant time, List<SceneObject> objects) {

    public SceneFrame {
        objects = List.copyOf(objects);
    }

    public static SceneFrame of(Detections detections) {
        return new SceneFrame(
                detections.getCameraId(),
                detections.getCaptureTime(),
                detections.getBoxes().stream()
                        .map(box -> object(box, detections.getWidth(), detections.getHeight()))
                        .toList());
    }

    private static SceneObject object(Box box, int width, int height) {
        return new SceneObject(
                box.getTrackId() == null ? OptionalInt.empty() : OptionalInt.of(objectId(box.getTrackId())),
                Rectangle.ofPixels(box.getX(), box.getY(), box.getW(), box.getH(), width, height),
                ObjectClass.ofLabel(box.getLabel()),
                box.getScore());
    }

    /**
     * A number that stands for a track, the same in every process: ONVIF's ids are integers, and many readers take 32 bits only. Tracks
     * whose ids are of one length and differ in no more than their last six digits have different numbers.
     */
    public static int objectId(String trackId) {
        return trackId.hashCode() & Integer.MAX_VALUE;
    }

    /**
     * One object.
     *
     * @param id the same as long as it is followed; empty if it is not
     * @param likelihood 0 to 1
     */
    public record SceneObject(OptionalInt id, Rectangle box, ObjectClass type, float likelihood) {}
}
