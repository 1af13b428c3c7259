package io.vigil.producers.app;

import io.vigil.producers.capture.CameraState;
import io.vigil.producers.publish.DropReason;
import io.vigil.schema.topic.CameraId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One camera at one moment.
 *
 * @param id its id
 * @param state what its capture is doing
 * @param problem why it is not live, if there is a reason; free of credentials
 * @param captured frames that got a sequence number
 * @param published frames that Kafka acknowledged
 * @param dropped frames that were given up, for every reason, zeros included
 * @param lastFrameAgeMillis time since its last picture came; empty before the first
 * @param width of the last encoded picture, pixels; 0 before the first
 * @param height of the last encoded picture, pixels; 0 before the first
 */
public record CameraStatus(
        CameraId id,
        CameraState state,
        Optional<String> problem,
        long captured,
        long published,
        Map<DropReason, Long> dropped,
        OptionalLong lastFrameAgeMillis,
        int width,
        int height) {

    public CameraStatus {
        dropped = Map.copyOf(dropped);
    }

    /** All dropped frames, whatever the reason. */
    public long droppedInTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
