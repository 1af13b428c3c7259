package io.vigil.producers.capture;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.encode.EncodedPicture;
import io.vigil.producers.encode.H264Picture;
import io.vigil.producers.encode.Jpeg;
import io.vigil.producers.encode.JpegEncoder;
import io.vigil.producers.publish.Complaint;
import io.vigil.producers.publish.DropReason;
import io.vigil.producers.publish.FrameCounters;
import io.vigil.producers.publish.FrameSink;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.FrameInstant;
import io.vigil.schema.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to capture from one camera, on a thread of its own: opens the source and queues its frames until it ends,
 * fails, or is given up.
 *
 * <p>The thread may hang inside the source for good. It then holds nothing that others wait for, and if it ever comes
 * back it finds that it is not the camera's run any more and ends without a trace in the stream.
 */
final class CaptureRun implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(CaptureRun.class);
    /** What a frame's record adds to its image is less: camera id, six numbers and an enum. */
    private static final int MAX_IMAGE_BYTES = Topics.MAX_FRAME_BYTES - 512;

    private final CameraCapture capture;
    private final CameraConfig camera;
    private final FrameSources sources;
    private final FrameSink sink;
    private final FrameCounters counters;
    private final Backpressure backpressure;
    private final InstantSource clock;
    private final Complaint complaint = new Complaint();
    private final Thread thread;
    private volatile @Nullable FrameSource source;
    private volatile boolean abandoned;
    private long sequence;
    private @Nullable FrameInstant groupStart;

    CaptureRun(
            CameraCapture capture,
            CameraConfig camera,
            FrameSources sources,
            FrameSink sink,
            FrameCounters counters,
            Backpressure backpressure,
            InstantSource clock) {
        this.capture = capture;
        this.camera = camera;
        this.sources = sources;
        this.sink = sink;
        this.counters = counters;
        this.backpressure = backpressure;
        this.clock = clock;
        this.thread = new Thread(this, "capture-" + camera.id());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Makes the run end as soon as its source lets it. */
    void abandon() {
        abandoned = true;
        FrameSource current = source;
        if (current != null) {
            current.interrupt();
        }
        thread.interrupt();
    }

    Thread thread() {
        return thread;
    }

    @Override
    public void run() {
        try (FrameSource opened = sources.create(camera)) {
            source = opened;
            captureFrom(opened);
        } catch (SourceException e) {
            capture.broke(this, e);
        } catch (InterruptedException e) {
            log.debug("camera {}: capture stopped", camera.id());
        } catch (RuntimeException e) {
            log.warn("camera {}: capture failed unexpectedly", camera.id(), e);
            capture.broke(this, new SourceException(SourceException.Kind.TEMPORARY, e.toString()));
        } finally {
            capture.broke(this, new SourceException(SourceException.Kind.TEMPORARY, "its capture thread ended"));
        }
    }

    private void captureFrom(FrameSource opened) throws SourceException, InterruptedException {
        if (abandoned) {
            return;
        }
        opened.open();
        long epoch = capture.beginEpoch();
        StreamClock streamClock = new StreamClock(clock, camera.pacing(), epoch);
        FrameRateLimiter limiter = new FrameRateLimiter(camera.frameRate());
        Optional<Pacer> pacer =
                opened.needsPacing() && !camera.lossless() ? Optional.of(new Pacer()) : Optional.empty();
        while (capture.aboutToGrab(this)) {
            Picture picture = opened.next();
            if (picture == null) {
                capture.ended(this, opened.hasEnd());
                return;
            }
            if (!capture.grabbed(this)) {
                return;
            }
            if (pacer.isPresent()) {
                pacer.get().await(picture.mediaTimeMicros());
            }
            long time = streamClock.captureTimeMicros(picture.mediaTimeMicros());
            if (!limiter.take(time)) {
                continue;
            }
            if (camera.lossless()) {
                backpressure.awaitTurn(camera.id());
            }
            counters.countCaptured();
            capture(picture, new FrameStamp(camera.id(), epoch, sequence++, time));
        }
    }

    private void capture(Picture picture, FrameStamp stamp) throws InterruptedException {
        EncodedPicture encoded;
        try {
            encoded = smallEnough(picture.encode(stamp, camera.quality()));
        } catch (RuntimeException e) {
            if (complaint.isDue()) {
                log.warn("camera {}: frame {} cannot be encoded: {}", camera.id(), stamp.sequence(), e.toString());
            }
            counters.countDropped(DropReason.ENCODE_FAILED);
            return;
        }
        if (encoded.bytes().length > MAX_IMAGE_BYTES) {
            if (complaint.isDue()) {
                log.warn(
                        "camera {}: frame {} has {} bytes, more than the topic takes; set a smaller width or quality",
                        camera.id(),
                        stamp.sequence(),
                        encoded.bytes().length);
            }
            counters.countDropped(DropReason.TOO_LARGE);
            return;
        }
        capture.encoded(encoded);
        sink.add(frame(encoded, stamp));
    }

    /** A JPEG that is too large is encoded again; an access unit stays what it is. */
    private EncodedPicture smallEnough(EncodedPicture encoded) {
        if (encoded instanceof Jpeg jpeg && jpeg.bytes().length > MAX_IMAGE_BYTES) {
            return JpegEncoder.encodeAgain(jpeg, Math.max(1, camera.quality() / 2))
                    .orElse(jpeg);
        }
        return encoded;
    }

    private Frame frame(EncodedPicture encoded, FrameStamp stamp) {
        Instant captureTime = Instant.EPOCH.plus(stamp.captureTimeMicros(), ChronoUnit.MICROS);
        if (encoded instanceof H264Picture picture && picture.startsGroup()) {
            groupStart = new FrameInstant(stamp.sequence(), captureTime);
        }
        return new Frame(
                stamp.camera().value(),
                stamp.epoch(),
                stamp.sequence(),
                captureTime,
                encoded.width(),
                encoded.height(),
                encoded instanceof Jpeg ? FrameEncoding.JPEG : FrameEncoding.H264,
                ByteBuffer.wrap(encoded.bytes()),
                groupStart);
    }
}
