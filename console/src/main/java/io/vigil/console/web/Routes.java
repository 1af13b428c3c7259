package io.vigil.console.web;

import io.javalin.config.RoutesConfig;

/** A group of endpoints of the console. */
public interface Routes {

    /** Adds the endpoints; called once, before the server starts. */
    void register(RoutesConfig routes);
}
