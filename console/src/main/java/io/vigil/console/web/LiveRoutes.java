package io.vigil.console.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsHandlerType;
import io.vigil.console.web.Viewer.Wish;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of live pictures. A page sends {@code {"watch": ["gate"]}} or {@code {"watch": "all"}} to say whose pictures it wants, and
 * {@code {"shown": "gate"}} when it has drawn one; it gets {@link PictureMessage}s, and as text what each camera does.
 */
final class LiveRoutes implements Routes {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PING_SECONDS = 10;

    private final LiveFeed feed;

    LiveRoutes(LiveFeed feed) {
        this.feed = feed;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.addWsHandler(WsHandlerType.WEBSOCKET, "/live", this::live);
    }

    private void live(WsConfig ws) {
        ws.onConnect(page -> {
            page.enableAutomaticPings(PING_SECONDS, TimeUnit.SECONDS);
            feed.add(
                    page.sessionId(),
                    new Viewer(message -> page.session.sendBinary(message, Callback.NOOP)),
                    text -> page.session.sendText(text, Callback.NOOP));
        });
        ws.onMessage(page -> {
            Viewer viewer = feed.viewer(page.sessionId());
            if (viewer != null) {
                receive(viewer, page.message());
            }
        });
        ws.onClose(page -> feed.remove(page.sessionId()));
        ws.onError(page -> feed.remove(page.sessionId()));
    }

    private static void receive(Viewer viewer, String message) {
        try {
            JsonNode request = JSON.readTree(message);
            if (request.path("shown").isTextual()) {
                viewer.shown(request.get("shown").asText());
            } else if (request.path("watch").isArray()) {
                Set<String> cameras = new HashSet<>();
                request.get("watch").forEach(camera -> cameras.add(camera.asText()));
                viewer.wish(Wish.only(cameras));
            } else if (request.path("watch").asText().equals("all")) {
                viewer.wish(Wish.all());
            }
        } catch (IOException e) {
            LOG.debug("a page sent what is no JSON", e);
        }
    }
}
