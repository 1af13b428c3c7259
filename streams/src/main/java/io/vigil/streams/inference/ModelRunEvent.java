package io.vigil.streams.inference;

import java.util.Map;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A run of a graph that succeeded, for the Java Flight Recorder; costs next to nothing while nobody records. */
@Name("io.vigil.ModelRun")
@Label("Model run")
@Category("Vigil")
@StackTrace(false)
final class ModelRunEvent extends Event {

    @Label("Graph")
    String graph = "";

    @Label("Sizes")
    String sizes = "";

    @Label("Alone")
    boolean alone;

    static ModelRunEvent begun() {
        ModelRunEvent event = new ModelRunEvent();
        event.begin();
        return event;
    }

    /**
     * Commits the event.
     *
     * @param isAlone whether it began while the process did no other
     * @param sizesByName the sizes that the manifest leaves open, as {@code N=24 T=3}
     */
    void succeeded(String graphName, boolean isAlone, Map<String, Long> sizesByName) {
        end();
        if (shouldCommit()) {
            graph = graphName;
            alone = isAlone;
            sizes = String.join(
                    " ",
                    sizesByName.entrySet().stream()
                            .map(size -> size.getKey() + "=" + size.getValue())
                            .sorted()
                            .toList());
            commit();
        }
    }
}
