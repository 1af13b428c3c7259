package io.vigil.console.export;

import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import java.io.IOException;

/** Writes results in one format. Closed before {@link #finish}, it leaves nothing behind. */
interface ResultWriter extends AutoCloseable {

    void detections(Detections detections) throws IOException;

    void actions(Actions actions) throws IOException;

    void event(Event event) throws IOException;

    /** Completes what was written and gives it its name. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
