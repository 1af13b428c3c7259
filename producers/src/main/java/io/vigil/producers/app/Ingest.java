package io.vigil.producers.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.capture.Backpressure;
import io.vigil.producers.capture.CameraCapture;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.capture.FrameSources;
import io.vigil.producers.follow.CameraChanges;
import io.vigil.producers.follow.CameraFollower;
import io.vigil.producers.follow.FollowedCameras;
import io.vigil.producers.follow.RecordedCamera;
import io.vigil.producers.publish.FramePublisher;
import io.vigil.producers.publish.FrameQueue;
import io.vigil.schema.Camera;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures the configured cameras and publishes their frames, until it is closed.
 *
 * <p>Those of the cameras topic are captured, too, once it is {@linkplain #follow followed}. An absent camera or broker is a state that {@link #status} shows, not an error.
 * No camera waits for another. Once {@link #close} has returned, {@code captured = published + dropped} holds for every
 * camera. Thread-safe.
 */
public final class Ingest implements AutoCloseable, CameraChanges {

    private static final Logger log = LoggerFactory.getLogger(Ingest.class);
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
    /** Cameras that a follower reckons with when the producer's buffer is shared out. */
    private static final int FOLLOWED_CAMERAS = 64;

    private final IngestConfig config;
    private final FrameSources sources;
    private final Backpressure backpressure;
    private final MeterRegistry registry;
    private final FramePublisher publisher;
    private final ScheduledExecutorService scheduler;
    private final Map<CameraId, IngestCamera> cameras = Collections.synchronizedMap(new LinkedHashMap<>());
    private @Nullable CameraFollower follower;

    private Ingest(
            IngestConfig config,
            Topic<Frame> frames,
            Backpressure backpressure,
            FrameSources sources,
            MeterRegistry registry) {
        this.config = config;
        this.sources = sources;
        this.backpressure = backpressure;
        this.registry = registry;
        int reckonedWith = config.cameras().size() + (config.follow() ? FOLLOWED_CAMERAS : 0);
        this.publisher = new FramePublisher(frames, config.producer(), reckonedWith, config.queueFrames(), registry);
        this.scheduler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "ingest-watchdog");
            thread.setDaemon(true);
            return thread;
        });
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
        config.cameras().forEach(ingest::capture);
        ingest.scheduler.scheduleWithFixedDelay(
                () -> ingest.captures().forEach(CameraCapture::checkStall),
                WATCH_INTERVAL.toMillis(),
                WATCH_INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        return ingest;
    }

    /**
     * Captures the cameras of this topic too, from now on.
     *
     * @param environment the value of a variable that a source may ask for, if it has one
     */
    public synchronized void follow(Topic<Camera> topic, Function<String, Optional<String>> environment) {
        if (follower != null) {
            throw new IllegalStateException("a topic is followed already");
        }
        Set<CameraId> configured =
                config.cameras().stream().map(CameraConfig::id).collect(Collectors.toSet());
        RecordedCamera recorded = new RecordedCamera(environment, config.mediaDirectory());
        follower = CameraFollower.start(
                topic, config.producer().values(), new FollowedCameras(topic, configured, recorded, this));
        log.info("following the cameras of topic {}", topic.name());
    }

    @Override
    public void capture(CameraConfig wanted) {
        IngestCamera camera = cameras.computeIfAbsent(wanted.id(), IngestCamera::new);
        halt(camera, CameraState.CONNECTING);
        FrameQueue queue = publisher.queueFor(wanted, camera.counters());
        CameraCapture capture = new CameraCapture(
                wanted,
                sources,
                queue,
                camera.counters(),
                backpressure,
                config.capture(),
                scheduler,
                InstantSource.system());
        camera.runs(new IngestCamera.Running(capture, queue));
        new CameraMetrics(camera).bindTo(registry);
        capture.start();
    }

    @Override
    public void pause(CameraId id) {
        IngestCamera camera = cameras.computeIfAbsent(id, IngestCamera::new);
        halt(camera, CameraState.PAUSED);
        new CameraMetrics(camera).bindTo(registry);
    }

    @Override
    public void remove(CameraId id) {
        IngestCamera camera = cameras.get(id);
        if (camera != null) {
            halt(camera, CameraState.STOPPED);
            new CameraMetrics(camera).removeFrom(registry);
        }
    }

    /**
     * All cameras, in the order of the configuration, then as they came. One that was removed stays, stopped, with the account of
     * its frames.
     */
    public List<CameraStatus> status() {
        return all().stream().map(IngestCamera::status).toList();
    }

    /**
     * Whether no camera will capture any more: each has reached its end, failed for good, or was stopped. Only a topic that is
     * followed can still bring one.
     */
    public boolean finished() {
        return all().stream().allMatch(camera -> camera.state().isOver());
    }

    /**
     * Stops capturing and publishes what is queued; returns when that is done, or after the flush limit of the
     * configuration at the latest. Calling it again is harmless.
     */
    public void stopCapture() {
        stopFollowing();
        captures().forEach(CameraCapture::stop);
        try {
            for (CameraCapture camera : captures()) {
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

    private synchronized void stopFollowing() {
        if (follower != null) {
            follower.close();
            follower = null;
        }
    }

    /** Ends what is captured from a camera; its frames are published first, while the broker takes them. */
    private void halt(IngestCamera camera, CameraState then) {
        try {
            if (camera.running().isPresent()) {
                IngestCamera.Running running = camera.running().get();
                running.capture().stop();
                running.capture().awaitStopped(STOP_LIMIT);
                publisher.retire(running.queue(), STOP_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        camera.rests(then);
    }

    private List<IngestCamera> all() {
        synchronized (cameras) {
            return List.copyOf(cameras.values());
        }
    }

    private List<CameraCapture> captures() {
        return all().stream()
                .map(IngestCamera::running)
                .flatMap(Optional::stream)
                .map(IngestCamera.Running::capture)
                .toList();
    }
}
