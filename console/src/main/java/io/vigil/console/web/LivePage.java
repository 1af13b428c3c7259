package io.vigil.console.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.staticfiles.Location;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.LoopbackPort;
import io.vigil.schema.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page on the loopback interface. Kafka is read only while a page is open. Thread-safe.
 */
public final class LivePage implements AutoCloseable {

    /** Takes a free port. */
    public static final int ANY_PORT = 0;

    private static final String RESOURCES = "/io/vigil/console/web/page";
    private static final String LIVE = "/live";
    private static final int POLICY_VIOLATION = 1008;
    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache",
            "Content-Security-Policy", "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff");

    private final List<Routes> groups;
    private final Javalin server;
    private final Map<String, Viewer> viewers = new ConcurrentHashMap<>();
    private @Nullable Source source;
    private @Nullable FeedReader reader;

    private LivePage(List<Routes> groups) {
        this.groups = List.copyOf(groups);
        this.server = Javalin.create(this::configure);
    }

    /** Opens the page with nothing beside it. */
    public static LivePage open(int port) {
        return open(port, List.of());
    }

    /**
     * Opens the page; it shows nothing before {@link #follow}.
     *
     * @param port TCP port, or {@link #ANY_PORT}
     * @param groups what is served beside the page
     * @throws Failure if the port is taken
     */
    public static LivePage open(int port, List<Routes> groups) {
        if (port != ANY_PORT && !LoopbackPort.isFree(port)) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "port %d is taken; give the page another one with --port, or leave it out with --headless"
                            .formatted(port));
        }
        LivePage page = new LivePage(groups);
        page.server.start(LoopbackPort.HOST, port);
        return page;
    }

    public String url() {
        return "http://localhost:" + server.port();
    }

    /** Shows what lies in these topics from now on. */
    public synchronized void follow(String bootstrap, Topics topics) {
        source = new Source(bootstrap, topics);
        startOrStopReading();
    }

    @Override
    public void close() {
        server.stop();
        synchronized (this) {
            viewers.clear();
            startOrStopReading();
        }
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.staticFiles.add(files -> {
            files.directory = RESOURCES;
            files.location = Location.CLASSPATH;
            files.headers = HEADERS;
        });
        config.routes.addWsHandler(io.javalin.websocket.WsHandlerType.WEBSOCKET, LIVE, this::live);
        groups.forEach(group -> group.register(config.routes));
    }

    private void live(WsConfig ws) {
        ws.onConnect(page -> {
            if (!isOwnPage(page)) {
                page.closeSession(POLICY_VIOLATION, "open the page itself");
                return;
            }
            page.enableAutomaticPings(10, TimeUnit.SECONDS);
            add(page.sessionId(), new Viewer(message -> page.session.sendBinary(message, Callback.NOOP)));
        });
        ws.onMessage(page -> {
            Viewer viewer = viewers.get(page.sessionId());
            if (viewer != null) {
                viewer.shown(page.message());
            }
        });
        ws.onClose(page -> remove(page.sessionId()));
        ws.onError(page -> remove(page.sessionId()));
    }

    /** Any web site may open a connection to this host; only our own page may see the cameras. */
    private static boolean isOwnPage(WsContext page) {
        String origin = page.header("Origin");
        String host = page.header("Host");
        return host != null
                && (host.startsWith("localhost:") || host.startsWith(LoopbackPort.HOST + ":"))
                && (origin == null || origin.equals("http://" + host));
    }

    private synchronized void add(String session, Viewer viewer) {
        viewers.put(session, viewer);
        startOrStopReading();
    }

    private synchronized void remove(String session) {
        viewers.remove(session);
        startOrStopReading();
    }

    private synchronized void startOrStopReading() {
        Source from = source;
        if (!viewers.isEmpty() && reader == null && from != null) {
            reader = FeedReader.start(from.bootstrap(), from.topics(), this::showToAll);
        } else if (viewers.isEmpty() && reader != null) {
            reader.close();
            reader = null;
        }
    }

    private void showToAll(PictureMessage picture) {
        viewers.values().forEach(viewer -> viewer.offer(picture));
    }

    private record Source(String bootstrap, Topics topics) {}
}
