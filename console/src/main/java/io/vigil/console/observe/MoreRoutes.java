package io.vigil.console.observe;

import io.javalin.config.RoutesConfig;

/** Endpoints that a process serves on the port of its metrics beside these. */
public interface MoreRoutes {

    /** Adds the endpoints; called once, before the server starts. */
    void register(RoutesConfig routes);
}
