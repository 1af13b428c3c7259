package io.vigil.streams.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vigil.streams.frame.InputFit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a model package says about itself (docs/model-package.md); a manifest with an unknown or missing key is refused.
 *
 * @param format version of the contract
 * @param name of the model
 * @param version of the model
 * @param task what it does
 * @param labels class names in logit order, without a background
 * @param opset of the ONNX graphs; shown only
 * @param input how pictures become inputs
 * @param temporal what it looks at besides one frame
 * @param thresholds of detection; null for recognition
 * @param graphs by name
 * @param training provenance, free of form; shown only
 */
public record Manifest(
        @JsonProperty(required = true) int format,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String version,
        @JsonProperty(required = true) Task task,
        @JsonProperty(required = true) List<String> labels,
        @JsonProperty(required = true) int opset,
        @JsonProperty(required = true) InputFit input,
        @JsonProperty(required = true) Temporal temporal,
        @JsonSetter(nulls = Nulls.SET) @Nullable Thresholds thresholds,
        @JsonProperty(required = true) Map<String, Graph> graphs,
        @JsonProperty(required = true) JsonNode training) {

    /** What a model does. */
    public enum Task {
        @JsonProperty("detection")
        DETECTION,
        @JsonProperty("recognition")
        RECOGNITION
    }

    /**
     * What a model looks at besides one frame.
     *
     * @param frames detection: support frames beside the key frame, at most; recognition: frames per clip
     * @param intervalMs the spacing it was trained with, milliseconds
     * @param reach streaming recognition: frames on which an answer depends, the present one included; null for all other
     *     packages
     */
    public record Temporal(
            @JsonProperty(required = true) int frames,

            @JsonProperty(value = "interval_ms", required = true)
            int intervalMs,

            @JsonSetter(nulls = Nulls.SET) @Nullable Integer reach) {

        public Temporal {
            require(frames >= 1 && frames <= 64, "temporal.frames must be 1 to 64, is " + frames);
            require(intervalMs >= 1, "temporal.interval_ms must be positive, is " + intervalMs);
            require(
                    reach == null || reach >= frames && reach <= 512,
                    "temporal.reach must be temporal.frames to 512, is " + reach);
        }

        public Duration interval() {
            return Duration.ofMillis(intervalMs);
        }

        /** Frames from which an answer can be made again. */
        public int kept() {
            return reach == null ? frames : reach;
        }
    }

    /**
     * Defaults of post-processing.
     *
     * @param score the least probability of a detection
     * @param nmsIou intersection over union above which the worse of two boxes of a class is dropped
     * @param maxDetections the best so many are kept
     */
    public record Thresholds(
            @JsonProperty(required = true) double score,

            @JsonProperty(value = "nms_iou", required = true)
            double nmsIou,

            @JsonProperty(value = "max_detections", required = true)
            int maxDetections) {

        public Thresholds {
            require(score >= 0 && score <= 1, "thresholds.score must be 0 to 1, is " + score);
            require(nmsIou >= 0 && nmsIou <= 1, "thresholds.nms_iou must be 0 to 1, is " + nmsIou);
            require(maxDetections >= 1, "thresholds.max_detections must be positive, is " + maxDetections);
        }
    }

    /**
     * One ONNX graph.
     *
     * @param file in the directory of the package
     * @param sha256 of the file, hexadecimal
     * @param inputs by name
     * @param outputs by name
     */
    public record Graph(
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) String sha256,
            @JsonProperty(required = true) Map<String, TensorSpec> inputs,
            @JsonProperty(required = true) Map<String, TensorSpec> outputs) {

        public Graph {
            require(
                    file.matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
                    "graph file must be a plain name in the directory of the package, is " + file);
            require(sha256.matches("[0-9a-f]{64}"), "sha256 must be 64 lower-case hexadecimal digits, is " + sha256);
        }
    }

    /** The version that this reader knows. */
    static final int FORMAT = 1;

    static final String FILE = "manifest.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
            .build();

    public Manifest {
        require(name.matches("[A-Za-z0-9._-]{1,64}"), "name must be 1 to 64 of A-Z a-z 0-9 . _ -, is " + name);
        require(!version.isBlank(), "version is empty");
        require(!labels.isEmpty(), "labels are empty");
        require(new HashSet<>(labels).size() == labels.size(), "labels are not distinct: " + labels);
        labels = List.copyOf(labels);
        require(
                (thresholds != null) == (task == Task.DETECTION),
                "thresholds belong to detection packages, and to them alone");
        require(temporal.reach() == null || task == Task.RECOGNITION, "temporal.reach belongs to recognition packages");
    }

    /**
     * Reads the manifest of a package.
     *
     * @throws ModelPackageException if it misses, is no manifest, or of another format
     */
    static Manifest read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new ModelPackageException("%s is no model package: it has no %s".formatted(directory, FILE));
        }
        try {
            JsonNode json = JSON.readTree(file.toFile());
            if (json.path("format").asInt() != FORMAT) {
                throw new ModelPackageException(
                        "%s has format %s, this version reads format %d".formatted(file, json.path("format"), FORMAT));
            }
            return JSON.treeToValue(json, Manifest.class);
        } catch (JsonMappingException e) {
            throw new ModelPackageException("%s, %s: %s".formatted(file, path(e), e.getOriginalMessage()), e);
        } catch (JsonProcessingException e) {
            throw new ModelPackageException("%s is no JSON: %s".formatted(file, e.getMessage()), e);
        } catch (IOException e) {
            throw new ModelPackageException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[%d]".formatted(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
