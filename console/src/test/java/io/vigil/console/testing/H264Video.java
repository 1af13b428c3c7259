package io.vigil.console.testing;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.capture.FrameSource;
import io.vigil.producers.capture.FrameSources;
import io.vigil.producers.capture.Picture;
import io.vigil.producers.encode.H264Picture;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.FrameInstant;
import io.vigil.schema.topic.CameraId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.OpenCVFrameConverter;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * A video file of grey pictures at 25 frames/s, encoded with OpenH264.
 *
 * @param file where it lies
 * @param group frames from one IDR frame to the next
 */
public record H264Video(Path file, int group) {

    public static final int WIDTH = 64;
    public static final int HEIGHT = 48;

    /** How far the grey level of a decoded picture may be from that of the frame; less than half of what lies between two frames. */
    public static final int TOLERANCE = 5;

    private static final int RATE = 25;
    private static final long FRAME_MICROS = 1_000_000 / RATE;

    /** The grey level of a frame, 0 to 255. */
    public static int level(long sequence) {
        return 40 + (int) (sequence * 11 % 176);
    }

    /** Writes a video. */
    public static H264Video write(Path file, int frames, int group) throws Exception {
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT);
                OpenCVFrameConverter.ToMat converter = new OpenCVFrameConverter.ToMat();
                Mat picture = new Mat(HEIGHT, WIDTH, CV_8UC3)) {
            recorder.setFormat("mp4");
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
            recorder.setPixelFormat(AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(RATE);
            recorder.setVideoBitrate(1_000_000);
            recorder.setGopSize(group);
            recorder.start();
            for (int i = 0; i < frames; i++) {
                picture.put(Scalar.all(level(i)));
                recorder.record(converter.convert(picture));
            }
            recorder.stop();
        }
        return new H264Video(file, group);
    }

    /** Its pictures as a camera's capture encodes them when they do not pass as they are. */
    public List<byte[]> jpegs() throws Exception {
        CameraConfig camera = camera("any").withEncoding(FrameEncoding.JPEG);
        List<byte[]> jpegs = new ArrayList<>();
        try (FrameSource source = FrameSources.standard(Duration.ofSeconds(5)).create(camera)) {
            source.open();
            for (Picture picture = source.next(); picture != null; picture = source.next()) {
                jpegs.add(picture.encode(null, camera.quality()).bytes());
            }
        }
        return jpegs;
    }

    /** A camera that passes it on as fast as it is read. */
    public CameraConfig camera(String id) {
        return CameraConfig.of(new CameraId(id), SourceUri.parse(file.toString()))
                .withEncoding(FrameEncoding.H264);
    }

    /** Its frames as a camera's capture makes them. */
    public List<Frame> frames(String camera, Instant begin) throws Exception {
        List<Frame> frames = new ArrayList<>();
        FrameInstant groupStart = null;
        try (FrameSource source = FrameSources.standard(Duration.ofSeconds(5)).create(camera(camera))) {
            source.open();
            for (Picture picture = source.next(); picture != null; picture = source.next()) {
                H264Picture unit = (H264Picture) picture.encode(null, 0);
                long sequence = frames.size();
                Instant time = begin.plus(sequence * FRAME_MICROS, ChronoUnit.MICROS);
                groupStart = unit.startsGroup() ? new FrameInstant(sequence, time) : groupStart;
                frames.add(new Frame(
                        camera,
                        ChronoUnit.MICROS.between(Instant.EPOCH, begin),
                        sequence,
                        time,
                        unit.width(),
                        unit.height(),
                        FrameEncoding.H264,
                        ByteBuffer.wrap(unit.bytes()),
                        groupStart));
            }
        }
        return frames;
    }
}
