package io.vigil.streams.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** The runs of graphs in this process since this was opened, as the Java Flight Recorder sees them. */
public final class ModelRuns implements AutoCloseable {

    /**
     * A run that succeeded.
     *
     * @param sizes those that the manifest leaves open, as {@code N=24 T=3}
     * @param isAlone whether it began while the process did no other
     */
    public record Run(String graph, String sizes, boolean isAlone) {}

    private static final String EVENT = "io.vigil.ModelRun";

    private final Recording recording = new Recording();
    private final Path file;

    private ModelRuns(Path file) {
        this.file = file;
    }

    /** @param folder for the recording */
    public static ModelRuns record(Path folder) {
        ModelRuns runs = new ModelRuns(folder.resolve("runs.jfr"));
        runs.recording.enable(EVENT);
        runs.recording.start();
        return runs;
    }

    /** All so far, in their order. */
    public List<Run> all() throws IOException {
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(EVENT))
                .map(event -> new Run(event.getString("graph"), event.getString("sizes"), event.getBoolean("alone")))
                .toList();
    }

    @Override
    public void close() {
        recording.close();
    }
}
