package io.vigil.console.web.cameras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpStatus;
import io.vigil.console.web.Routes;
import io.vigil.schema.Camera;
import io.vigil.schema.camera.FieldProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/cameras}: GET all; GET, PUT, DELETE one; POST {@code pause} and {@code resume}.
 *
 * <p>What is refused is answered with status 400 and {@code {"errors": [{"field": …, "message": …}]}}.
 */
public final class CameraRoutes implements Routes {

    private static final int MAX_BODY_BYTES = 512 * 1024;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final CameraRecords records;
    private final CameraEdit edit;
    private final InstantSource clock;

    /**
     * @param frameRetention how long frames are kept, and with them the rules that held for them
     * @param clock tells when changed rules begin to hold
     */
    public CameraRoutes(CameraRecords records, Duration frameRetention, InstantSource clock) {
        this.records = records;
        this.edit = new CameraEdit(frameRetention);
        this.clock = clock;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/api/cameras",
                answering(request -> send(
                        request, records.all().stream().map(CameraAnswer::of).toList())));
        routes.get("/api/cameras/{id}", answering(request -> send(request, CameraAnswer.of(find(request)))));
        routes.put("/api/cameras/{id}", answering(this::put));
        routes.delete("/api/cameras/{id}", answering(this::delete));
        routes.post("/api/cameras/{id}/pause", answering(request -> setPaused(request, true)));
        routes.post("/api/cameras/{id}/resume", answering(request -> setPaused(request, false)));
    }

    private void put(Context request) throws Exception {
        CameraForm form = form(request);
        String id = request.pathParam("id");
        records.update(id, before -> edit.changed(id, form, before, clock.instant()));
        send(request, CameraAnswer.of(find(request)));
    }

    private void delete(Context request) throws Exception {
        records.update(find(request).getCameraId(), unused -> null);
        request.status(HttpStatus.NO_CONTENT);
    }

    private void setPaused(Context request, boolean paused) throws Exception {
        Camera known = find(request);
        if (known.getSource() == null) {
            throw new RefusedException("source", "is missing: the camera is captured elsewhere, pause it there");
        }
        records.update(known.getCameraId(), before -> Camera.newBuilder(before == null ? known : before)
                .setPaused(paused)
                .build());
        send(request, CameraAnswer.of(find(request)));
    }

    private Camera find(Context request) {
        return records.find(request.pathParam("id")).orElseThrow(UnknownCameraException::new);
    }

    private static CameraForm form(Context request) {
        if (request.bodyAsBytes().length > MAX_BODY_BYTES) {
            throw new RefusedException("", "the request has more than %d bytes".formatted(MAX_BODY_BYTES));
        }
        try {
            @Nullable CameraForm form = JSON.readValue(request.bodyAsBytes(), CameraForm.class);
            if (form == null) {
                throw new RefusedException("", "the request must be a JSON object");
            }
            return form;
        } catch (UnrecognizedPropertyException e) {
            throw new RefusedException(path(e), "is not a field that a camera has");
        } catch (JsonMappingException e) {
            throw new RefusedException(path(e), "must be of another type");
        } catch (JsonProcessingException e) {
            throw new RefusedException("", "the request is no JSON");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step ->
                        step.getFieldName() == null ? "[%d]".formatted(step.getIndex()) : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    /** Answers what goes wrong as JSON. */
    private static Handler answering(Handler handler) {
        return request -> {
            try {
                handler.handle(request);
            } catch (RefusedException e) {
                refuse(request, HttpStatus.BAD_REQUEST, e.problems());
            } catch (UnknownCameraException e) {
                refuse(request, HttpStatus.NOT_FOUND, List.of(new FieldProblem("id", "is of no camera in the topic")));
            } catch (UnreadyException e) {
                refuse(
                        request,
                        HttpStatus.SERVICE_UNAVAILABLE,
                        List.of(new FieldProblem("", String.valueOf(e.getMessage()))));
            }
        };
    }

    private static void refuse(Context request, HttpStatus status, List<FieldProblem> problems)
            throws JsonProcessingException {
        request.status(status);
        send(request, Map.of("errors", problems));
    }

    private static void send(Context request, Object answer) throws JsonProcessingException {
        request.contentType("application/json").result(JSON.writeValueAsString(answer));
    }

    private static final class UnknownCameraException extends RuntimeException {

        private static final long serialVersionUID = 1;
    }
}
