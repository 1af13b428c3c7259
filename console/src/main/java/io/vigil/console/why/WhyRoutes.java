package io.vigil.console.why;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.vigil.console.observe.MoreRoutes;
import io.vigil.console.web.Routes;
import io.vigil.schema.topic.CameraId;
import io.vigil.streams.explain.Explainer;
import java.util.concurrent.CompletableFuture;

/**
 * Takes the questions: {@code detections/CAMERA/EPOCH/SEQUENCE/BOX} and {@code actions/CAMERA/EPOCH/END} below a root. No thread waits for
 * an answer.
 */
public final class WhyRoutes implements Routes, MoreRoutes {

    /** Of a service. */
    static final String SERVICE_ROOT = "/why";

    private static final int BAD_REQUEST = 400;

    private final String root;
    private final WhySource source;

    WhyRoutes(String root, WhySource source) {
        this.root = root;
        this.source = source;
    }

    /** Those of a service, answered by its explainer. */
    public static WhyRoutes ofService(Explainer explainer) {
        return new WhyRoutes(SERVICE_ROOT, new ExplainerSource(explainer));
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(root + "/detections/{camera}/{epoch}/{sequence}/{box}", this::detection);
        routes.get(root + "/actions/{camera}/{epoch}/{end}", this::action);
    }

    private void detection(Context request) {
        answer(
                request,
                () -> source.detection(
                        camera(request),
                        number(request, "epoch"),
                        number(request, "sequence"),
                        Math.toIntExact(number(request, "box"))));
    }

    private void action(Context request) {
        answer(request, () -> source.action(camera(request), number(request, "epoch"), number(request, "end")));
    }

    /** Asks; throws an {@link IllegalArgumentException} or {@link ArithmeticException} where a question makes no sense. */
    @FunctionalInterface
    private interface Question {
        CompletableFuture<WhyAnswer> ask();
    }

    private static void answer(Context request, Question question) {
        try {
            CompletableFuture<WhyAnswer> answer = question.ask();
            request.future(() -> answer.thenAccept(given -> send(request, given)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            send(request, WhyAnswer.error(BAD_REQUEST, String.valueOf(e.getMessage())));
        }
    }

    private static void send(Context request, WhyAnswer answer) {
        request.status(answer.status()).contentType("application/json").result(answer.json());
    }

    private static String camera(Context request) {
        return new CameraId(request.pathParam("camera")).value();
    }

    private static long number(Context request, String name) {
        String value = request.pathParam(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s must be a whole number, is \"%s\"".formatted(name, value), e);
        }
    }
}
