package io.vigil.console.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.HttpStatus;
import io.javalin.http.staticfiles.Location;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.LocalUrl;
import io.vigil.console.process.LoopbackPort;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/** Serves the page and the endpoints of all groups of routes, to the console's own page only. Thread-safe. */
public final class ConsoleServer implements AutoCloseable {

    private static final String RESOURCES = "/io/vigil/console/web/page";
    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache",
            "Content-Security-Policy", "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff");

    private final List<Routes> groups;
    private final ConsoleAddress address;
    private final OwnPage ownPage;
    private final Javalin server;

    private ConsoleServer(ConsoleAddress address, List<Routes> groups) {
        this.groups = groups;
        this.address = address;
        this.ownPage = new OwnPage(address);
        this.server = Javalin.create(this::configure);
    }

    /**
     * Begins to serve.
     *
     * @throws Failure if the port is taken or the address is not this host's
     */
    public static ConsoleServer start(ConsoleAddress address, List<Routes> groups) {
        ConsoleServer console = new ConsoleServer(address, groups);
        if (address.isLoopback()) {
            requireFree(address.port());
        }
        try {
            console.server.start(address.address(), address.port());
        } catch (RuntimeException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "the console cannot be served on %s:%d (%s); give another --address or --port"
                            .formatted(address.address(), address.port(), e.getMessage()),
                    e);
        }
        return console;
    }

    /**
     * Refuses a port of the loopback interface on which somebody listens.
     *
     * @throws Failure if the port is taken
     */
    static void requireFree(int port) {
        if (port != ConsoleAddress.ANY_PORT && !LoopbackPort.isFree(port)) {
            throw new Failure(
                    ExitCode.UNAVAILABLE, "port %d is taken; give the page another one with --port".formatted(port));
        }
    }

    public String url() {
        return LocalUrl.of(address.address(), server.port());
    }

    @Override
    public void close() {
        server.stop();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.staticFiles.add(files -> {
            files.directory = RESOURCES;
            files.location = Location.CLASSPATH;
            files.headers = HEADERS;
        });
        config.routes.exception(KafkaException.class, (e, request) -> request.status(HttpStatus.SERVICE_UNAVAILABLE)
                .result("Kafka does not answer as it should: " + e.getMessage()));
        config.routes.before(this::requireOwnPage);
        config.routes.wsBeforeUpgrade(this::requireOwnPage);
        groups.forEach(group -> group.register(config.routes));
    }

    private void requireOwnPage(Context request) {
        String host = request.header("Host");
        if (host == null || !ownPage.isHost(host)) {
            throw new ForbiddenResponse("this console is not served under that name; add it with --host-name");
        }
        if (!ownPage.isOrigin(request.header("Origin"), host)) {
            throw new ForbiddenResponse("only the console's own page may ask for this");
        }
        HEADERS.forEach(request::header);
    }
}
