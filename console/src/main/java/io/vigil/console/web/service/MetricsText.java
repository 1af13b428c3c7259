package io.vigil.console.web.service;

import java.io.IOException;

/** Where the metrics of a Vigil process come from, in Prometheus' text format. */
@FunctionalInterface
public interface MetricsText {

    /**
     * All metrics now.
     *
     * @throws IOException if they cannot be had
     */
    String read() throws IOException;
}
