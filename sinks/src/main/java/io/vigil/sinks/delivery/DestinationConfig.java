package io.vigil.sinks.delivery;

import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import java.time.InstantSource;
import java.util.Optional;

/** Where a sink goes to, as configured. */
public interface DestinationConfig {

    /** Where events go; not connected to yet, and closed by the caller. */
    Destination<Event> openForEvents(InstantSource clock);

    /** Where detections go; not connected to yet, and closed by the caller. Empty if the sink takes none. */
    default Optional<Destination<Detections>> openForDetections(InstantSource clock) {
        return Optional.empty();
    }
}
