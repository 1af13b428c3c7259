package io.vigil.streams.tracking;

import io.vigil.streams.frame.FrameStamp;
import io.vigil.streams.state.StoredFrameStamp;
import io.vigil.streams.state.VersionedSerde;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;

/** How a camera's tracks lie in the store. */
final class CameraTracksSerde {

    private static final byte VERSION = 1;

    private CameraTracksSerde() {}

    static Serde<CameraTracks> create() {
        return new VersionedSerde<>("camera's tracks", VERSION, CameraTracksSerde::write, CameraTracksSerde::read);
    }

    private static void write(CameraTracks camera, DataOutput out) throws IOException {
        StoredFrameStamp.write(camera.frame(), out);
        out.writeInt(camera.tracks().size());
        for (Track track : camera.tracks()) {
            out.writeUTF(track.id());
            out.writeUTF(track.label());
            out.writeByte(track.state().ordinal());
            for (AxisEstimate axis : axes(track.motion())) {
                write(axis, out);
            }
            out.writeLong(track.lastSeenMicros());
        }
    }

    private static void write(AxisEstimate axis, DataOutput out) throws IOException {
        out.writeDouble(axis.position());
        out.writeDouble(axis.velocity());
        out.writeDouble(axis.positionVariance());
        out.writeDouble(axis.covariance());
        out.writeDouble(axis.velocityVariance());
    }

    private static CameraTracks read(DataInput in) throws IOException {
        FrameStamp frame = StoredFrameStamp.read(in);
        int count = in.readInt();
        List<Track> tracks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tracks.add(new Track(
                    in.readUTF(),
                    in.readUTF(),
                    Track.State.values()[in.readByte()],
                    new BoxMotion(axis(in), axis(in), axis(in), axis(in)),
                    in.readLong()));
        }
        return new CameraTracks(frame, tracks);
    }

    private static AxisEstimate axis(DataInput in) throws IOException {
        return new AxisEstimate(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
    }

    private static List<AxisEstimate> axes(BoxMotion motion) {
        return List.of(motion.x(), motion.y(), motion.aspect(), motion.height());
    }
}
