package io.vigil.console.web;

import io.vigil.console.process.Failure;
import java.util.List;

/** The browser console: the server, and everything that it shows. Thread-safe. */
public final class Console implements AutoCloseable {

    private final LiveFeed feed;
    private final ConsoleServer server;

    private Console(ConsoleAddress address, ConsoleSource source) {
        this.feed = new LiveFeed(source);
        List<Routes> routes = List.of(new LiveRoutes(feed));
        this.server = ConsoleServer.start(address, routes);
    }

    /**
     * Opens the console.
     *
     * @throws Failure if it cannot be served there
     */
    public static Console open(ConsoleAddress address, ConsoleSource source) {
        return new Console(address, source);
    }

    /**
     * Refuses a port of the loopback interface on which somebody listens.
     *
     * @throws Failure if the port is taken
     */
    public static void requireFree(int port) {
        ConsoleServer.requireFree(port);
    }

    /** Where the console is, seen from this host. */
    public String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
        feed.close();
    }
}
