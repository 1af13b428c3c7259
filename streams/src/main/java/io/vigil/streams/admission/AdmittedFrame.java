package io.vigil.streams.admission;

import io.vigil.schema.Frame;
import io.vigil.schema.StageTiming;
import io.vigil.streams.deadletter.Origin;
import io.vigil.streams.detection.FrameFeatures;
import io.vigil.streams.frame.CheckedFrame;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.frame.Picture;
import java.util.List;
import java.util.Optional;

/**
 * A frame to analyse.
 *
 * @param checked the frame and the record it came in
 * @param picture its pixels, valid while the frame is processed
 * @param features what the detector's graphs made of it before its turn; empty: they have not seen it; valid while the frame is processed
 * @param timings how long that took
 */
public record AdmittedFrame(
        CheckedFrame checked, Picture picture, Optional<FrameFeatures> features, List<StageTiming> timings) {

    public Frame frame() {
        return checked.frame();
    }

    public FrameStamp stamp() {
        return checked.stamp();
    }

    public Origin origin() {
        return checked.origin();
    }
}
