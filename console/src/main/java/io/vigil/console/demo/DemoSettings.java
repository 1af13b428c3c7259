package io.vigil.console.demo;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.Pacing;
import io.vigil.producers.camera.SourceUri;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.CameraId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What a demo is to do.
 *
 * @param inputs what the cameras see, one camera each; at least one
 * @param cameras how many cameras there are; the inputs repeat until there are so many
 * @param duration how long to capture; empty until it is stopped or all files have ended
 * @param unpaced files once and without loss, as fast as the service takes them, instead of looped in their own time
 * @param encoding how pictures lie on the topic
 * @param page TCP port of the browser page; empty for none
 * @param metrics TCP port of the metrics; empty for none
 * @param results file for JSON lines
 * @param report file for the report
 * @param detector directory of the detector's model package
 * @param recognizer directory of the recognizer's model package; empty to recognize no actions
 * @param data directory that outlives the demo; empty for one that does not
 */
public record DemoSettings(
        List<SourceUri> inputs,
        int cameras,
        Optional<Duration> duration,
        boolean unpaced,
        FrameEncoding encoding,
        OptionalInt page,
        OptionalInt metrics,
        Optional<Path> results,
        Optional<Path> report,
        Path detector,
        Optional<Path> recognizer,
        Optional<Path> data) {

    /** Refuses what makes no sense with an {@link IllegalArgumentException} in a sentence for the user. */
    public DemoSettings {
        inputs = List.copyOf(inputs);
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("there is no input; give one with --input");
        }
        if (cameras < inputs.size()) {
            throw new IllegalArgumentException(
                    "--cameras %d is less than the %d inputs; leave it out or make it at least %d"
                            .formatted(cameras, inputs.size(), inputs.size()));
        }
        if (encoding == FrameEncoding.UNKNOWN) {
            throw new IllegalArgumentException("--encoding must be jpeg or h264");
        }
        for (SourceUri input : inputs) {
            if (unpaced && !hasEnd(input)) {
                throw new IllegalArgumentException(
                        "--unpaced is for files, and %s has no end; leave --unpaced out".formatted(input));
            }
            if (encoding == FrameEncoding.H264 && input.kind() == SourceUri.Kind.TEST_PATTERN) {
                throw new IllegalArgumentException(
                        "--encoding h264 is for inputs that are H.264, and %s is none; leave --encoding out"
                                .formatted(input));
            }
        }
    }

    /** The cameras, {@code camera-1} and so on. */
    List<CameraConfig> cameraConfigs() {
        return IntStream.range(0, cameras)
                .mapToObj(i -> camera(new CameraId("camera-" + (i + 1)), inputs.get(i % inputs.size())))
                .toList();
    }

    private CameraConfig camera(CameraId id, SourceUri input) {
        CameraConfig camera = CameraConfig.of(id, input).withEncoding(encoding);
        return unpaced ? camera.withPacing(Pacing.UNPACED) : camera.withLoop(input.kind() == SourceUri.Kind.FILE);
    }

    private static boolean hasEnd(SourceUri input) {
        return switch (input.kind()) {
            case FILE -> true;
            case TEST_PATTERN -> input.testPattern().frames() > 0;
            case RTSP, HTTP, WEBCAM -> false;
        };
    }
}
