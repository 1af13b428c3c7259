package io.vigil.console.why;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.web.Routes;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.explain.CameraLog;
import io.vigil.streams.explain.Explainer;
import io.vigil.streams.explain.NoAnswerException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the console's page needs to say why: the questions below {@code /api/why}, and the pictures of the frames that an answer names,
 * {@code /api/why/frames/CAMERA/OFFSET}, read back from Kafka. Thread-safe; connects for the first picture.
 */
public final class WhyPage implements Routes, AutoCloseable {

    private static final String ROOT = "/api/why";

    private final WhyRoutes questions;
    private final Topics topics;
    private final Cluster cluster;
    private @Nullable CameraLog log;

    private WhyPage(WhySource source, Cluster cluster, Topics topics) {
        this.questions = new WhyRoutes(ROOT, source);
        this.topics = topics;
        this.cluster = cluster;
    }

    /** Answered in this process. */
    public static WhyPage of(Explainer explainer, Cluster cluster, Topics topics) {
        return new WhyPage(new ExplainerSource(explainer), cluster, topics);
    }

    /**
     * Answered by a service.
     *
     * @param service where its metrics are, as in {@code http://host:9404}
     */
    public static WhyPage askingService(URI service, Cluster cluster, Topics topics) {
        return new WhyPage(new ServiceSource(service), cluster, topics);
    }

    @Override
    public void register(RoutesConfig routes) {
        questions.register(routes);
        routes.get(ROOT + "/frames/{camera}/{offset}", this::frame);
    }

    @Override
    public synchronized void close() {
        if (log != null) {
            log.close();
            log = null;
        }
    }

    private void frame(Context request) {
        String camera = request.pathParam("camera");
        Optional<Long> offset = offset(request.pathParam("offset"));
        if (!CameraId.isValid(camera) || offset.isEmpty()) {
            request.status(400).result("a picture is asked for by camera id and offset");
            return;
        }
        try {
            read(camera, offset.get())
                    .ifPresentOrElse(
                            found -> request.contentType("image/jpeg").result(bytes(found)),
                            () -> request.status(410).result("Kafka no longer holds this frame"));
        } catch (NoAnswerException e) {
            request.status(503).result(e.sentence());
        }
    }

    private synchronized Optional<Frame> read(String camera, long offset) throws NoAnswerException {
        if (log == null) {
            log = new CameraLog(topics, cluster.consumerSettings());
        }
        return log.frameAt(camera, offset).map(CameraLog.Logged::value);
    }

    private static Optional<Long> offset(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static byte[] bytes(Frame frame) {
        byte[] picture = new byte[frame.getImage().remaining()];
        frame.getImage().duplicate().get(picture);
        return picture;
    }
}
