package io.vigil.producers.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraCapture;
import io.vigil.producers.capture.FrameSources;
import io.vigil.producers.publish.FrameCounters;
import io.vigil.producers.publish.FramePublisher;
import io.vigil.producers.publish.FrameQueue;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures the configured cameras and publishes their frames, until it is closed.
 *
 * <p>Cameras come and go by themselves: an absent camera or broker is a state that {@link #status} shows, not an error.
 * No camera waits for another. Once {@link #close} has returned, {@code captured = published + dropped} holds for every
 * camera. Thread-safe.
 */
public final class Ingest implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Ingest.class);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private final IngestConfig config;
    private final FramePublisher publisher;
    private final ScheduledExecutorService scheduler;
    private final List<CameraCapture> cameras;

    private Ingest(
            IngestConfig config,
            Topic<Frame> frames,
            Backpressure backpressure,
            FrameSources sources,
            MeterRegistry registry) {
        this.config = config;
        this.publisher =
                new FramePublisher(frames, config.producer(), config.cameras().size(), config.queueFrames(), registry);
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ingest-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        this.cameras = config.cameras().stream()
                .map(camera -> capture(camera, sources, backpressure))
                .toList();
        cameras.forEach(camera -> new CameraMetrics(camera).bindTo(registry));
    }

    /**
     * Starts to capture; returns once the native libraries are loaded, and waits for no camera and no broker.
     *
     * @param frames where frames are published; the topic must exist or will have to, before anything arrives
     * @param backpressure asked before each frame of an unpaced camera
     * @param registry for the metrics of the cameras and of the Kafka producer
     */
    public static Ingest start(
            IngestConfig config, Topic<Frame> frames, Backpressure backpressure, MeterRegistry registry) {
        return start(
                config,
                frames,
                backpressure,
                FrameSources.standard(config.capture().stallTimeout()),
                registry);
    }

    static Ingest start(
            IngestConfig config,
            Topic<Frame> frames,
            Backpressure backpressure,
            FrameSources sources,
            MeterRegistry registry) {
        Ingest ingest = new Ingest(config, frames, backpressure, sources, registry);
        log.info("capturing {} cameras for topic {}, {}", config.cameras().size(), frames.name(), config.producer());
        config.cameras().forEach(camera -> log.info("{}", camera));
        ingest.cameras.forEach(CameraCapture::start);
        ingest.scheduler.scheduleWithFixedDelay(
                () -> ingest.cameras.forEach(CameraCapture::checkStall),
                WATCH_INTERVAL.toMillis(),
                WATCH_INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        return ingest;
    }

    /** All cameras, in the order of the configuration. */
    public List<CameraStatus> status() {
        return cameras.stream().map(Ingest::statusOf).toList();
    }

    /** Whether no camera will capture any more: each has reached its end, failed for good, or was stopped. */
    public boolean finished() {
        return cameras.stream().allMatch(camera -> camera.state().isOver());
    }

    /**
     * Stops capturing and publishes what is queued; returns when that is done, or after the flush limit of the
     * configuration at the latest. Calling it again is harmless.
     */
    public void stopCapture() {
        cameras.forEach(CameraCapture::stop);
        try {
            for (CameraCapture camera : cameras) {
                camera.awaitStopped(STOP_LIMIT);
            }
            if (!publisher.flush(config.flushTimeout())) {
                log.warn(
                        "frames are still unpublished after {} ms; closing will drop them",
                        config.flushTimeout().toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@link #stopCapture}, then drops, counted, what could not be published. */
    @Override
    public void close() {
        stopCapture();
        publisher.close();
        scheduler.shutdownNow();
    }

    private CameraCapture capture(CameraConfig camera, FrameSources sources, Backpressure backpressure) {
        FrameQueue queue = publisher.queueFor(camera);
        return new CameraCapture(
                camera,
                sources,
                queue,
                queue.counters(),
                backpressure,
                config.capture(),
                scheduler,
                InstantSource.system());
    }

    private static CameraStatus statusOf(CameraCapture capture) {
        FrameCounters counters = capture.counters();
        // read in the order opposite to counting, so that more is never settled than captured
        long published = counters.published();
        var dropped = counters.dropped();
        return new CameraStatus(
                capture.camera().id(),
                capture.state(),
                Optional.ofNullable(capture.problem()),
                counters.captured(),
                published,
                dropped,
                capture.lastFrameAgeMillis(),
                capture.width(),
                capture.height());
    }
}
