package io.vigil.console.web.history;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.vigil.console.results.ResultJson;
import io.vigil.console.web.FrameId;
import io.vigil.console.web.Routes;
import io.vigil.schema.Detections;
import io.vigil.schema.Frame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last hour of a camera: its timeline, its frames, and the pictures to them. Times are microseconds since 1970-01-01 UTC. */
public final class HistoryRoutes implements Routes {

    private static final String CAMERA = "/api/history/{camera}/";

    private final History history;
    private final FrameArchive archive;

    public HistoryRoutes(History history, FrameArchive archive) {
        this.history = history;
        this.archive = archive;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(CAMERA + "timeline", this::timeline);
        routes.get(CAMERA + "frame", this::frame);
        routes.get(CAMERA + "picture", this::picture);
    }

    /** {@code minutes} up to now, in {@code bins}, of boxes with {@code min_score}. */
    private void timeline(Context request) {
        long minutes = Math.round(number(request, "minutes"));
        Instant now = Instant.now();
        if (minutes < 1 || minutes > CameraHistory.SPAN.toMinutes()) {
            throw new BadRequestResponse("minutes must be 1 to " + CameraHistory.SPAN.toMinutes());
        }
        try {
            Timeline timeline = new Timeline(
                    now.minus(Duration.ofMinutes(minutes)),
                    now,
                    (int) number(request, "bins"),
                    number(request, "min_score"));
            json(request, timeline.of(camera(request)));
        } catch (IllegalArgumentException e) {
            throw new BadRequestResponse(String.valueOf(e.getMessage()));
        }
    }

    /** The detections at {@code time_us}; with {@code step} -1 or 1 those before or after. */
    private void frame(Context request) {
        CameraHistory camera = camera(request);
        Instant time = time(request);
        double step = request.queryParam("step") == null ? 0 : number(request, "step");
        Optional<Detections> found = step == 0 ? camera.at(time) : camera.beside(time, step > 0);
        Detections detections =
                found.orElseThrow(() -> new NotFoundResponse("no frame was analysed there in the last hour"));
        ObjectNode json = ResultJson.of(detections).putNull("action");
        camera.actionAt(detections.getCaptureTime()).ifPresent(action -> json.putObject("action")
                .put("label", action.label())
                .put("score", action.score())
                .put("end_time_us", ChronoUnit.MICROS.between(Instant.EPOCH, action.end())));
        json(request, json);
    }

    /** The JPEG of the frame with {@code epoch} and {@code sequence}, captured at {@code time_us}. */
    private void picture(Context request) {
        FrameId id = new FrameId(whole(request, "epoch"), whole(request, "sequence"));
        Frame frame = archive.find(request.pathParam("camera"), id, time(request))
                .orElseThrow(() -> new NotFoundResponse("Kafka no longer holds this frame"));
        ByteBuffer image = frame.getImage().duplicate();
        byte[] jpeg = new byte[image.remaining()];
        image.get(jpeg);
        request.contentType("image/jpeg").result(jpeg);
    }

    private CameraHistory camera(Context request) {
        @Nullable CameraHistory camera = history.of(request.pathParam("camera"));
        if (camera == null) {
            throw new NotFoundResponse("no results of this camera in the last hour");
        }
        return camera;
    }

    private static Instant time(Context request) {
        return Instant.EPOCH.plus(whole(request, "time_us"), ChronoUnit.MICROS);
    }

    private static void json(Context request, ObjectNode json) {
        request.contentType("application/json").result(json.toString());
    }

    private static long whole(Context request, String parameter) {
        try {
            return Long.parseLong(String.valueOf(request.queryParam(parameter)));
        } catch (NumberFormatException e) {
            throw new BadRequestResponse(parameter + " must be a whole number");
        }
    }

    private static double number(Context request, String parameter) {
        try {
            return Double.parseDouble(String.valueOf(request.queryParam(parameter)));
        } catch (NumberFormatException e) {
            throw new BadRequestResponse(parameter + " must be a number");
        }
    }
}
