package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.recognition.RecognitionModel;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelPackageTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ABSENT_GPU = 127;

    @TempDir
    private Path directory;

    @Test
    void shouldLoadWhatAgreesWithItself() {
        try (DetectionModel detector = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
                RecognitionModel recognizer = RecognitionModel.load(TestPackages.RECOGNITION, TestPackages.INFERENCE)) {
            assertThat(detector.manifest().name()).isEqualTo("tra-test");
            assertThat(detector.thresholds().maxDetections()).isEqualTo(100);
            assertThat(recognizer.manifest().temporal().frames()).isEqualTo(4);
        }
    }

    /** Where tests run there is no GPU, and mostly no build that could use one: both are refused in their own words. */
    @Test
    void shouldRefuseCudaWhereItCannotBeUsed() {
        assertThatThrownBy(() -> DetectionModel.load(TestPackages.DETECTION, cuda(false)))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageStartingWith("inference.device is cuda, but ")
                .hasMessageEndingWith("set inference.device = cpu");
    }

    @Test
    void shouldFallBackToTheProcessorOnlyWhenThatIsAllowed() {
        try (DetectionModel detector = DetectionModel.load(TestPackages.DETECTION, cuda(true))) {
            assertThat(detector.device()).isEqualTo(Device.CPU);
        }
    }

    private static InferenceConfig cuda(boolean fallBack) {
        return new InferenceConfig(
                1,
                1,
                false,
                Duration.ofSeconds(30),
                Optional.of(new CudaConfig(ABSENT_GPU, Optional.empty(), false, fallBack)));
    }

    @ParameterizedTest
    @MethodSource("brokenManifests")
    void shouldRefuseABrokenManifestAndNameTheFault(Consumer<ObjectNode> damage, String sentence) throws IOException {
        TestPackages.copy(TestPackages.DETECTION, directory);
        edit(damage);

        assertThatThrownBy(this::loadDetector)
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining(sentence);
    }

    static Stream<Arguments> brokenManifests() {
        return Stream.of(
                // the manifest by itself
                broken(json -> json.put("format", 2), "has format 2, this version reads format 1"),
                broken(json -> json.remove("labels"), "labels"),
                broken(json -> json.putNull("labels"), "labels"),
                broken(json -> json.put("colour", "red"), "colour"),
                broken(json -> json.put("name", "a/b"), "name must be 1 to 64 of A-Z a-z 0-9 . _ -, is a/b"),
                broken(json -> json.put("task", "segmentation"), "segmentation"),
                broken(json -> json.put("opset", "17"), "opset"),
                broken(json -> json.withArray("labels").add("object"), "labels are not distinct"),
                broken(json -> json.remove("thresholds"), "thresholds belong to detection packages"),
                broken(json -> thresholds(json).put("score", 1.5), "thresholds.score must be 0 to 1, is 1.5"),
                broken(json -> thresholds(json).put("nms_iou", -1), "thresholds.nms_iou must be 0 to 1, is -1.0"),
                broken(json -> thresholds(json).put("max_detections", 0), "thresholds.max_detections"),
                broken(json -> temporal(json).put("frames", 0), "temporal.frames must be 1 to 64, is 0"),
                broken(json -> temporal(json).put("interval_ms", 0), "temporal.interval_ms must be positive"),
                broken(json -> input(json).put("width", 0), "input must be 1 to 8192 pixels wide and high: 0 x 48"),
                broken(json -> input(json).put("multiple", 0), "input.multiple must be 1 to 8192: 0"),
                broken(json -> input(json).put("resize", "shrink"), "shrink"),
                broken(json -> graph(json, "frame").put("sha256", "abc"), "sha256 must be 64"),
                broken(json -> graph(json, "frame").put("file", "../frame.onnx"), "must be a plain name"),
                broken(json -> graph(json, "frame").put("file", "/etc/passwd"), "must be a plain name"),
                broken(json -> imageSpec(json).put("type", "complex64"), "complex64"),
                broken(json -> imageSpec(json).withArray("shape").add(0), "a size must be a positive number or a name"),
                // the manifest against the ONNX files
                broken(json -> graph(json, "frame").put("file", "none.onnx"), "none.onnx cannot be read"),
                broken(
                        json -> graph(json, "frame").put("file", "support.onnx"),
                        "support.onnx is not the file that the manifest describes: its sha256 is"),
                broken(
                        json -> inputs(json, "support").set("extra", imageSpec(json)),
                        "graph support: input extra is in the manifest, but not in the ONNX file"),
                broken(
                        json -> outputs(json, "support").remove("support_box"),
                        "graph support: output support_box is in the ONNX file, but not in the manifest"),
                broken(
                        json -> imageSpec(json).put("type", "int8"),
                        "the manifest declares input image as int8 [1, H, W, 3], the ONNX file has uint8"),
                broken(
                        json -> imageSpec(json).withArray("shape").remove(0),
                        "the manifest declares input image as uint8 [H, W, 3], the ONNX file has uint8"),
                broken(
                        json -> shape(inputs(json, "frame").get("image_size")).set(0, 3),
                        "the manifest declares input image_size as float32 [3], the ONNX file has float32 [2]"),
                broken(
                        json -> shape(inputs(json, "frame").get("image_size")).set(0, "N"),
                        "the manifest declares input image_size as float32 [N], the ONNX file has float32 [2]"),
                broken(
                        json -> shape(outputs(json, "detect").get("scores")).set(1, 7),
                        "graph detect: the manifest declares output scores as float32 [S, 7]"),
                // the graphs against the task
                broken(json -> ((ObjectNode) json.get("graphs")).remove("detect"), "needs a graph \"detect\""),
                broken(
                        json -> json.withArray("labels").add("third"),
                        "graph detect: output scores must be float32 [any, 4], is float32 [S, 3]"),
                broken(
                        json -> shape(imageSpec(json)).set(1, 48),
                        "graph frame: input image is uint8 [1, 48, W, 3], but input.resize FIT makes pictures of sizes"));
    }

    @Test
    void shouldOpenTheGraphThatSaysWhyOnlyForWhoExplains() throws IOException {
        Path shipped = Path.of("../models/packages/tra-small");
        TestPackages.copy(shipped, directory);
        Files.write(directory.resolve("explain.onnx"), new byte[] {1, 2, 3});

        try (DetectionModel detector = loadDetector()) {
            assertThat(detector.manifest().graphs()).containsKey(ModelPackage.EXPLAIN);
        }
        assertThatThrownBy(() -> DetectionModel.loadToExplain(directory, TestPackages.INFERENCE))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("explain.onnx is not the file that the manifest describes");
        assertThatThrownBy(() -> DetectionModel.loadToExplain(TestPackages.DETECTION, TestPackages.INFERENCE))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("export it with --explain");
    }

    @Test
    void shouldRefuseAPackageForAnotherTask() {
        assertThatThrownBy(() -> DetectionModel.load(TestPackages.RECOGNITION, TestPackages.INFERENCE))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("is a package for recognition, not for detection");
    }

    @Test
    void shouldRefuseADirectoryThatIsNoPackage() {
        assertThatThrownBy(this::loadDetector)
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("it has no manifest.json");
    }

    @Test
    void shouldRefuseAManifestThatIsNoJson() throws IOException {
        Files.writeString(directory.resolve("manifest.json"), "{\"format\": 1,");

        assertThatThrownBy(this::loadDetector)
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("is no JSON");
    }

    @Test
    void shouldRefuseAFileThatIsNoGraph() throws IOException {
        TestPackages.copy(TestPackages.DETECTION, directory);
        byte[] garbage = {1, 2, 3};
        Files.write(directory.resolve("frame.onnx"), garbage);
        edit(json -> graph(json, "frame").put("sha256", sha256(garbage)));

        assertThatThrownBy(this::loadDetector)
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("frame.onnx is no graph that ONNX Runtime can load");
    }

    private DetectionModel loadDetector() {
        return DetectionModel.load(directory, TestPackages.INFERENCE);
    }

    private void edit(Consumer<ObjectNode> change) throws IOException {
        Path manifest = directory.resolve("manifest.json");
        ObjectNode json = (ObjectNode) JSON.readTree(manifest.toFile());
        change.accept(json);
        JSON.writeValue(manifest.toFile(), json);
    }

    private static Arguments broken(Consumer<ObjectNode> damage, String sentence) {
        return Arguments.of(damage, sentence);
    }

    private static ObjectNode thresholds(ObjectNode json) {
        return (ObjectNode) json.get("thresholds");
    }

    private static ObjectNode temporal(ObjectNode json) {
        return (ObjectNode) json.get("temporal");
    }

    private static ObjectNode input(ObjectNode json) {
        return (ObjectNode) json.get("input");
    }

    private static ObjectNode graph(ObjectNode json, String name) {
        return (ObjectNode) json.get("graphs").get(name);
    }

    private static ObjectNode inputs(ObjectNode json, String graph) {
        return (ObjectNode) graph(json, graph).get("inputs");
    }

    private static ObjectNode outputs(ObjectNode json, String graph) {
        return (ObjectNode) graph(json, graph).get("outputs");
    }

    private static ObjectNode imageSpec(ObjectNode json) {
        return (ObjectNode) inputs(json, "frame").get("image");
    }

    private static ArrayNode shape(JsonNode spec) {
        return (ArrayNode) spec.get("shape");
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
