package io.vigil.sinks.delivery;

import java.time.InstantSource;

/** Where a sink goes to, as configured. */
public interface DestinationConfig {

    /** A destination that has not been connected to yet; the caller closes it. */
    Destination open(InstantSource clock);
}
