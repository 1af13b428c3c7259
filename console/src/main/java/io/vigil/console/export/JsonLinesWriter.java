package io.vigil.console.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.console.results.ResultJson;
import io.vigil.schema.Actions;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;

/** One JSON object per record and line, as {@code vigil demo --results} writes them. */
final class JsonLinesWriter implements ResultWriter {

    private final UnfinishedFile file;
    private final Writer out;

    JsonLinesWriter(Path target) throws IOException {
        this.file = new UnfinishedFile(target);
        this.out = Files.newBufferedWriter(file.part());
    }

    @Override
    public void detections(Detections detections) throws IOException {
        write(ResultJson.of(detections));
    }

    @Override
    public void actions(Actions actions) throws IOException {
        write(ResultJson.of(actions));
    }

    @Override
    public void event(Event event) throws IOException {
        write(ResultJson.of(event));
    }

    @Override
    public void finish() throws IOException {
        out.close();
        file.complete();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            out.close();
        }
    }

    private void write(ObjectNode json) throws IOException {
        out.write(json.toString());
        out.write('\n');
    }
}
