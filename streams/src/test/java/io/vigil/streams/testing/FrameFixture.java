package io.vigil.streams.testing;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.FrameInstant;
import io.vigil.schema.wire.AvroSerde;
import io.vigil.streams.frame.FrameStamp;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Builds frames; what is not said is that of a sound frame of camera north. */
public final class FrameFixture {

    public static final AvroSerde<Frame> SERDE = AvroSerde.builtIn(Frame.class);

    /** A whole number of every slot length in the tests. */
    public static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private String camera = "north";
    private long epoch = 1;
    private long sequence;
    private Instant time = START;
    private int width = 64;
    private int height = 48;
    private FrameEncoding encoding = FrameEncoding.JPEG;
    private byte[] image;
    private FrameInstant groupStart;

    private FrameFixture() {}

    public static FrameFixture frame() {
        return new FrameFixture();
    }

    /** Number {@code sequence} of a camera, so many milliseconds after {@link #START}. */
    public static FrameFixture frame(long sequence, long millis) {
        return frame().sequence(sequence).at(millis);
    }

    public FrameFixture camera(String camera) {
        this.camera = camera;
        return this;
    }

    public FrameFixture epoch(long epoch) {
        this.epoch = epoch;
        return this;
    }

    public FrameFixture sequence(long sequence) {
        this.sequence = sequence;
        return this;
    }

    public FrameFixture at(long millis) {
        return at(START.plusMillis(millis));
    }

    public FrameFixture at(Instant time) {
        this.time = time;
        return this;
    }

    /** What the record says, whatever the picture is. */
    public FrameFixture size(int width, int height) {
        this.width = width;
        this.height = height;
        return this;
    }

    public FrameFixture encoding(FrameEncoding encoding) {
        this.encoding = encoding;
        return this;
    }

    public FrameFixture grey(int level) {
        return image(Jpegs.grey(width, height, level));
    }

    public FrameFixture image(byte[] image) {
        this.image = image;
        return this;
    }

    /**
     * An access unit of a stream with 25 frames/s.
     *
     * @param startSequence of the IDR frame that it needs
     */
    public FrameFixture h264(byte[] accessUnit, long startSequence) {
        groupStart = new FrameInstant(startSequence, START.plusMillis(startSequence * 40));
        return encoding(FrameEncoding.H264).image(accessUnit);
    }

    public Frame build() {
        byte[] picture = image == null ? Jpegs.grey(width, height, 100) : image;
        return new Frame(camera, epoch, sequence, time, width, height, encoding, ByteBuffer.wrap(picture), groupStart);
    }

    public FrameStamp stamp() {
        return FrameStamp.of(build());
    }

    public byte[] toBytes() {
        return SERDE.toBytes(build());
    }
}
