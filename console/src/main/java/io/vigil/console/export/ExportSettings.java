package io.vigil.console.export;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * What to export.
 *
 * @param bootstrap where Kafka is
 * @param kafka settings of the Kafka client; those that the export rests on win
 * @param span records with a timestamp in it: the capture time of the frame that the record follows from
 * @param cameras their ids; empty for all
 * @param out file or directory, by the format; what is there under the same names is replaced
 */
public record ExportSettings(
        String bootstrap,
        Map<String, String> kafka,
        TimeSpan span,
        Set<String> cameras,
        ExportFormat format,
        Path out) {

    public ExportSettings {
        kafka = Map.copyOf(kafka);
        cameras = Set.copyOf(cameras);
    }

    boolean wants(String camera) {
        return cameras.isEmpty() || cameras.contains(camera);
    }
}
