package io.vigil.producers.follow;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceTemplate;
import io.vigil.producers.camera.SourceUri;
import io.vigil.schema.Camera;
import io.vigil.schema.CaptureOptions;
import io.vigil.schema.CapturePacing;
import io.vigil.schema.camera.CameraCheck;
import io.vigil.schema.camera.FieldProblem;
import io.vigil.schema.topic.CameraId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what is to be captured from a camera's record.
 *
 * @param environment the value of a variable, if it has one
 * @param mediaDirectory where the files of such cameras lie; empty: they may be no files
 */
public record RecordedCamera(Function<String, Optional<String>> environment, Optional<Path> mediaDirectory) {

    public RecordedCamera {
        mediaDirectory = mediaDirectory.map(path -> path.toAbsolutePath().normalize());
    }

    /**
     * The camera that the record of this key asks for; empty for a record that has no source.
     *
     * @throws IllegalArgumentException if the record is not sound, with a sentence that is free of credentials
     */
    Optional<CameraConfig> read(String key, Camera camera) {
        List<FieldProblem> problems = CameraCheck.problems(key, camera);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(problems.get(0).toString());
        }
        return Optional.ofNullable(camera.getSource()).map(source -> config(source, camera));
    }

    private CameraConfig config(String source, Camera camera) {
        SourceUri resolved = SourceTemplate.parse(source).resolve(environment);
        CaptureOptions capture = camera.getCapture();
        return new CameraConfig(
                new CameraId(camera.getCameraId()),
                resolved.kind() == SourceUri.Kind.FILE ? inMediaDirectory(source) : resolved,
                capture.getFrameRate(),
                capture.getWidth(),
                capture.getQuality(),
                capture.getLoop(),
                capture.getPacing() == CapturePacing.UNPACED ? Pacing.UNPACED : Pacing.REALTIME,
                capture.getEncoding());
    }

    /** Whoever may write to the topic must not read any file of this host by it. */
    private SourceUri inMediaDirectory(String source) {
        Path directory = mediaDirectory.orElseThrow(() -> new IllegalArgumentException(
                "its source is a file, and this ingest has no ingest.media-directory for those"));
        Path file = directory.resolve(source.strip()).normalize();
        if (!file.startsWith(directory)) {
            throw new IllegalArgumentException("its source is a file outside of ingest.media-directory");
        }
        return SourceUri.parse(file.toString());
    }
}
