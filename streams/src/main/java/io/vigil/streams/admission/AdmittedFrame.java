package io.vigil.streams.admission;

import io.vigil.schema.Frame;
import io.vigil.schema.StageTiming;
import io.vigil.streams.deadletter.Origin;
import io.vigil.streams.frame.CheckedFrame;
import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.frame.Picture;
import java.util.List;

/**
 * A frame to analyse.
 *
 * @param checked the frame and the record it came in
 * @param picture its pixels, valid while the frame is processed
 * @param decoding how long they took
 */
public record AdmittedFrame(CheckedFrame checked, Picture picture, List<StageTiming> decoding) {

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
