package io.vigil.console.results;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Detections and actions as JSON lines, each in the file as soon as it is seen. */
public final class ResultLines implements ResultListener, AutoCloseable {

    private final Writer out;

    ResultLines(Writer out) {
        this.out = out;
    }

    /**
     * Begins a new file.
     *
     * @throws Failure if it cannot be written
     */
    public static ResultLines to(Path file) {
        try {
            return new ResultLines(Files.newBufferedWriter(file));
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "--results: cannot write %s: %s".formatted(file, e), e);
        }
    }

    @Override
    public void detections(Detections detections, Instant seen) {
        write(ResultJson.of(detections));
    }

    @Override
    public void actions(Actions actions, Instant seen) {
        write(ResultJson.of(actions));
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(ObjectNode line) {
        try {
            out.write(line.toString());
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("results cannot be written: " + e.getMessage(), e);
        }
    }
}
