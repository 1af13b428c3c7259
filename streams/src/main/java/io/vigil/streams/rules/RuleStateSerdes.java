package io.vigil.streams.rules;

import io.vigil.schema.Box;
import io.vigil.schema.FrameReference;
import io.vigil.streams.state.StoredFrameStamp;
import io.vigil.streams.state.VersionedSerde;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;

/** How the state of the rules lies in the stores. */
final class RuleStateSerdes {

    private static final byte VERSION = 1;

    private RuleStateSerdes() {}

    static Serde<Scene> scene() {
        return new VersionedSerde<>("scene", VERSION, RuleStateSerdes::writeScene, RuleStateSerdes::readScene);
    }

    static Serde<List<ActionStreak>> streaks() {
        return new VersionedSerde<>(
                "list of actions",
                VERSION,
                (streaks, out) -> writeList(streaks, out, RuleStateSerdes::writeStreak),
                in -> readList(in, RuleStateSerdes::readStreak));
    }

    static Serde<LastFrame> lastFrame() {
        return new VersionedSerde<>(
                "last frame", VERSION, RuleStateSerdes::writeLastFrame, RuleStateSerdes::readLastFrame);
    }

    private static void writeScene(Scene scene, DataOutput out) throws IOException {
        StoredFrameStamp.write(scene.frame(), out);
        writeList(scene.stays(), out, RuleStateSerdes::writeStay);
        writeList(scene.approaches(), out, RuleStateSerdes::writeApproach);
        writeList(scene.crowds(), out, RuleStateSerdes::writeCrowd);
    }

    private static Scene readScene(DataInput in) throws IOException {
        return new Scene(
                StoredFrameStamp.read(in),
                readList(in, RuleStateSerdes::readStay),
                readList(in, RuleStateSerdes::readApproach),
                readList(in, RuleStateSerdes::readCrowd));
    }

    private static void writeStay(Scene.Stay stay, DataOutput out) throws IOException {
        out.writeUTF(stay.zone());
        out.writeLong(stay.epoch());
        out.writeLong(stay.enteredMicros());
        out.writeBoolean(stay.dwelt());
        out.writeLong(stay.last().timeMicros());
        writeFrame(stay.last().frame(), out);
        writeBox(stay.last().box(), out);
    }

    private static Scene.Stay readStay(DataInput in) throws IOException {
        return new Scene.Stay(
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readBoolean(),
                new Sighting(in.readLong(), readFrame(in), readBox(in)));
    }

    private static void writeApproach(Scene.Approach approach, DataOutput out) throws IOException {
        out.writeUTF(approach.line());
        out.writeUTF(approach.trackId());
        out.writeDouble(approach.place().x());
        out.writeDouble(approach.place().y());
        out.writeLong(approach.lastSeenMicros());
    }

    private static Scene.Approach readApproach(DataInput in) throws IOException {
        return new Scene.Approach(
                in.readUTF(), in.readUTF(), new Point(in.readDouble(), in.readDouble()), in.readLong());
    }

    private static void writeCrowd(Scene.Crowd crowd, DataOutput out) throws IOException {
        out.writeUTF(crowd.zone());
        out.writeLong(crowd.epoch());
        out.writeLong(crowd.sinceMicros());
        out.writeInt(crowd.most());
    }

    private static Scene.Crowd readCrowd(DataInput in) throws IOException {
        return new Scene.Crowd(in.readUTF(), in.readLong(), in.readLong(), in.readInt());
    }

    private static void writeStreak(ActionStreak streak, DataOutput out) throws IOException {
        out.writeUTF(streak.rule());
        out.writeUTF(streak.label());
        out.writeLong(streak.startMicros());
        out.writeLong(streak.endMicros());
        out.writeFloat(streak.bestScore());
        out.writeBoolean(streak.told());
        writeFrame(streak.last(), out);
    }

    private static ActionStreak readStreak(DataInput in) throws IOException {
        return new ActionStreak(
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readFloat(),
                in.readBoolean(),
                readFrame(in));
    }

    private static void writeLastFrame(LastFrame last, DataOutput out) throws IOException {
        out.writeLong(last.timeMicros());
        writeFrame(last.frame(), out);
        out.writeBoolean(last.told());
    }

    private static LastFrame readLastFrame(DataInput in) throws IOException {
        return new LastFrame(in.readLong(), readFrame(in), in.readBoolean());
    }

    private static void writeFrame(FrameReference frame, DataOutput out) throws IOException {
        out.writeUTF(frame.getTopic());
        out.writeInt(frame.getPartition());
        out.writeLong(frame.getOffset());
        out.writeLong(frame.getEpoch());
        out.writeLong(frame.getSequence());
    }

    private static FrameReference readFrame(DataInput in) throws IOException {
        return new FrameReference(in.readUTF(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
    }

    private static void writeBox(Box box, DataOutput out) throws IOException {
        out.writeUTF(box.getLabel());
        out.writeFloat(box.getScore());
        out.writeFloat(box.getX());
        out.writeFloat(box.getY());
        out.writeFloat(box.getW());
        out.writeFloat(box.getH());
        out.writeUTF(box.getTrackId());
    }

    private static Box readBox(DataInput in) throws IOException {
        return new Box(
                in.readUTF(),
                in.readFloat(),
                in.readFloat(),
                in.readFloat(),
                in.readFloat(),
                in.readFloat(),
                in.readUTF());
    }

    private static <T> void writeList(List<T> values, DataOutput out, VersionedSerde.Writer<T> writer)
            throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            writer.write(value, out);
        }
    }

    private static <T> List<T> readList(DataInput in, VersionedSerde.Reader<T> reader) throws IOException {
        int size = in.readInt();
        List<T> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(reader.read(in));
        }
        return List.copyOf(values);
    }
}
