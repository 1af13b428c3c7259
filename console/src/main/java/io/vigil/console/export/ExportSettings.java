package io.vigil.console.export;

import io.vigil.console.cluster.Cluster;
import java.nio.file.Path;
import java.util.Set;

/**
 * What to export.
 *
 * @param span records with a timestamp in it: the capture time of the frame that the record follows from
 * @param cameras their ids; empty for all
 * @param out file or directory, by the format; what is there under the same names is replaced
 */
public record ExportSettings(Cluster cluster, TimeSpan span, Set<String> cameras, ExportFormat format, Path out) {

    public ExportSettings {
        cameras = Set.copyOf(cameras);
    }

    boolean wants(String camera) {
        return cameras.isEmpty() || cameras.contains(camera);
    }
}
