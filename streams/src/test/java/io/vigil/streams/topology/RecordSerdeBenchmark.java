package io.vigil.streams.topology;

import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import io.vigil.schema.StageTiming;
import io.vigil.schema.wire.AvroSerde;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.Jpegs;
import io.vigil.streams.testing.Microbenchmark;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The records that each frame is read from and written to, in the wire format. */
public class RecordSerdeBenchmark extends Microbenchmark {

    private static final int OBJECTS = 10;

    private final AvroSerde<Detections> detectionsSerde = AvroSerde.builtIn(Detections.class);
    private Frame frame;
    private Detections detections;
    private byte[] frameBytes;
    private byte[] detectionsBytes;

    @Setup
    public void prepare() {
        frame = FrameFixture.frame()
                .size(640, 360)
                .image(Jpegs.street(640, 360))
                .build();
        detections = detections();
        frameBytes = FrameFixture.SERDE.toBytes(frame);
        detectionsBytes = detectionsSerde.toBytes(detections);
    }

    @Benchmark
    public byte[] writeFrame() {
        return FrameFixture.SERDE.toBytes(frame);
    }

    @Benchmark
    public Frame readFrame() {
        return FrameFixture.SERDE.fromBytes(frameBytes);
    }

    @Benchmark
    public byte[] writeDetections() {
        return detectionsSerde.toBytes(detections);
    }

    @Benchmark
    public Detections readDetections() {
        return detectionsSerde.fromBytes(detectionsBytes);
    }

    private Detections detections() {
        List<Box> boxes = IntStream.range(0, OBJECTS)
                .mapToObj(i -> new Box("person", 0.9f, 40f * i, 80f, 30f, 60f, "1-" + i))
                .toList();
        List<StageTiming> timings = List.of(
                new StageTiming("decode", 1_300L),
                new StageTiming("resize", 1_000L),
                new StageTiming("frame", 37_000L),
                new StageTiming("support", 2_300L),
                new StageTiming("detect", 21_300L));
        return new Detections(
                frame.getCameraId(),
                frame.getEpoch(),
                frame.getSequence(),
                frame.getCaptureTime(),
                frame.getWidth(),
                frame.getHeight(),
                "tra-small",
                "0.3.1",
                List.of(10L, 20L, 30L, 40L, 50L),
                boxes,
                timings);
    }
}
