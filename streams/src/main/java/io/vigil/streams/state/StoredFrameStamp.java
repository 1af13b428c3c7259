package io.vigil.streams.state;

import io.vigil.streams.frame.FrameStamp;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** How a frame's stamp lies in a {@link VersionedSerde}'s values. */
public final class StoredFrameStamp {

    private StoredFrameStamp() {}

    public static void write(FrameStamp stamp, DataOutput out) throws IOException {
        out.writeLong(stamp.epoch());
        out.writeLong(stamp.sequence());
        out.writeLong(stamp.timeMicros());
        out.writeInt(stamp.width());
        out.writeInt(stamp.height());
    }

    public static FrameStamp read(DataInput in) throws IOException {
        return new FrameStamp(in.readLong(), in.readLong(), in.readLong(), in.readInt(), in.readInt());
    }
}
