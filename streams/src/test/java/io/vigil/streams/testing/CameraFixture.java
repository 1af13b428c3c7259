package io.vigil.streams.testing;

import io.vigil.schema.Camera;
import io.vigil.schema.CaptureOptions;
import io.vigil.schema.CapturePacing;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.RuleSet;
import java.time.Instant;
import java.util.List;

/** Records of the cameras topic. */
public final class CameraFixture {

    private CameraFixture() {}

    /** A camera that somebody else captures. */
    public static Camera camera(String id, RuleSet... rules) {
        return new Camera(
                id,
                null,
                null,
                false,
                new CaptureOptions(0.0, 0, 85, false, CapturePacing.REALTIME, FrameEncoding.JPEG),
                List.of(rules));
    }

    public static RuleSet noRules(Instant validFrom) {
        return new RuleSet(validFrom, List.of(), List.of(), List.of(), null);
    }
}
