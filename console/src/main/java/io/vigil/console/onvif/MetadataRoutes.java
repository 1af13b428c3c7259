package io.vigil.console.onvif;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.results.ResultFollower;
import io.vigil.console.results.ResultListener;
import io.vigil.console.web.Routes;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import io.vigil.sinks.onvif.SceneFrame;
import io.vigil.sinks.onvif.SceneXml;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /onvif/metadata/CAMERA}: a {@code tt:MetadataStream} document per committed detections record, from now on and without end,
 * one in each line. An empty line says once a second that there is nothing.
 *
 * <p>Kafka is read only while somebody reads a stream. A reader that does not keep up loses the oldest documents. Thread-safe.
 */
public final class MetadataRoutes implements Routes, AutoCloseable {

    static final String PATH = "/onvif/metadata/{camera}";

    private static final Logger LOG = LoggerFactory.getLogger(MetadataRoutes.class);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);
    /** Each has a thread of the server. */
    private static final int MAX_READERS = 64;

    private final Set<MetadataReader> readers = ConcurrentHashMap.newKeySet();
    private @Nullable Source source;
    private @Nullable ResultFollower follower;
    private volatile boolean closed;

    /** Streams what lies in these topics from now on. */
    public synchronized void follow(Cluster cluster, Topics topics) {
        source = new Source(cluster, topics);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(PATH, this::stream);
    }

    /** Ends all streams. */
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            stopFollowing();
        }
    }

    /** Gives a result to all readers of its camera. */
    void publish(Detections detections) {
        @Nullable String document = null;
        for (MetadataReader reader : readers) {
            if (reader.camera().equals(detections.getCameraId())) {
                document = document == null ? SceneXml.of(SceneFrame.of(detections)) : document;
                reader.offer(document);
            }
        }
    }

    private void stream(Context request) throws InterruptedException, IOException {
        MetadataReader reader = new MetadataReader(camera(request));
        add(reader);
        try {
            request.res().setContentType("application/xml; charset=utf-8");
            request.res().flushBuffer();
            write(reader, request.res().getOutputStream());
        } catch (IOException e) {
            LOG.debug("a reader of camera {} has gone: {}", reader.camera(), e.toString());
        } finally {
            remove(reader);
        }
    }

    private void write(MetadataReader reader, OutputStream out) throws InterruptedException, IOException {
        while (!closed && isFollowing()) {
            String document = reader.next(SIGN_OF_LIFE);
            out.write((document == null ? "\n" : document + "\n").getBytes(UTF_8));
            out.flush();
        }
    }

    private static String camera(Context request) {
        try {
            return new CameraId(request.pathParam("camera")).value();
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void add(MetadataReader reader) {
        Source from = source;
        if (from == null || closed) {
            throw new ServiceUnavailableResponse("there are no results yet; try again later");
        }
        if (readers.size() >= MAX_READERS) {
            throw new ServiceUnavailableResponse("%d streams are open already".formatted(MAX_READERS));
        }
        readers.add(reader);
        if (!isFollowing()) {
            stopFollowing();
            follower = ResultFollower.start(from.cluster(), from.topics(), new ResultListener() {
                @Override
                public void detections(Detections detections, Instant seen) {
                    publish(detections);
                }
            });
        }
    }

    private synchronized void remove(MetadataReader reader) {
        readers.remove(reader);
        if (readers.isEmpty()) {
            stopFollowing();
        }
    }

    /** False when Kafka cannot be read any more: readers are to come again. */
    private synchronized boolean isFollowing() {
        return follower != null && follower.isFollowing();
    }

    private void stopFollowing() {
        if (follower != null) {
            follower.close();
            follower = null;
        }
    }

    private record Source(Cluster cluster, Topics topics) {}
}
