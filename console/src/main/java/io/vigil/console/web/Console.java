package io.vigil.console.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vigil.console.process.Failure;
import io.vigil.console.results.ResultFollower;
import io.vigil.console.results.ResultListener;
import io.vigil.console.web.cameras.CameraRecords;
import io.vigil.console.web.cameras.CameraRoutes;
import io.vigil.console.web.history.FrameArchive;
import io.vigil.console.web.history.History;
import io.vigil.console.web.history.HistoryRoutes;
import io.vigil.console.web.service.ServiceView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The browser console: the server, and everything that it shows. Thread-safe. */
public final class Console implements AutoCloseable, MeterBinder {

    /** How far back it looks when it starts. */
    private static final Duration PAST = Duration.ofHours(1);

    private final RecordReader reader;
    private final ServiceView service;
    private final ResultFollower follower;
    private final LiveFeed feed;
    private final CameraRecords cameras;
    private final ConsoleServer server;

    private Console(ConsoleAddress address, ConsoleSource source, List<? extends Routes> others) {
        Instant since = Instant.now().minus(PAST);
        CameraStates states = new CameraStates();
        History history = new History();
        this.reader = new RecordReader(source.cluster());
        this.service = new ServiceView(source, since, reader);
        this.follower = ResultFollower.startSince(
                since,
                source.cluster(),
                source.topics(),
                ResultListener.all(List.of(states, history, service.listener())));
        this.feed = new LiveFeed(source, states);
        List<Routes> routes = new ArrayList<>(others);
        routes.addAll(service.routes());
        this.cameras = CameraRecords.follow(source.cluster(), source.topics().cameras(), states);
        routes.add(new LiveRoutes(feed));
        routes.add(new HistoryRoutes(history, new FrameArchive(source.topics().frames(), reader)));
        routes.add(cameraRoutes(source));
        this.server = ConsoleServer.start(address, routes);
    }

    /**
     * Opens the console.
     *
     * @throws Failure if it cannot be served there
     */
    public static Console open(ConsoleAddress address, ConsoleSource source) {
        return open(address, source, List.of());
    }

    /**
     * Opens the console.
     *
     * @param others groups of endpoints from elsewhere, which stay their owners'
     * @throws Failure if it cannot be served there
     */
    public static Console open(ConsoleAddress address, ConsoleSource source, List<? extends Routes> others) {
        return new Console(address, source, others);
    }

    /**
     * Refuses a port of the loopback interface on which somebody listens.
     *
     * @throws Failure if the port is taken
     */
    public static void requireFree(int port) {
        ConsoleServer.requireFree(port);
    }

    private CameraRoutes cameraRoutes(ConsoleSource source) {
        return new CameraRoutes(cameras, source.topics().frames().retention().orElseThrow(), InstantSource.system());
    }

    /** Where the console is, seen from this host. */
    public String url() {
        return server.url();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("vigil.console.pages", feed, LiveFeed::openPages)
                .description("Pages of the console that are open in browsers")
                .register(registry);
    }

    /** Throws what ended the reading of results, if something did. */
    public void check() {
        follower.check();
    }

    @Override
    public void close() {
        server.close();
        feed.close();
        follower.close();
        service.close();
        reader.close();
        cameras.close();
    }
}
