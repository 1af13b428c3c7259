package io.vigil.console.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CpuUseTest {

    @ParameterizedTest
    @CsvSource({
        "FRAME_GRAPH, ai.onnxruntime.OrtSession.run io.vigil.streams.inference.OnnxGraph.run io.vigil.streams.detection.FrameGraphs.frame",
        "DETECT_GRAPH, ai.onnxruntime.OrtSession.run io.vigil.streams.detection.TraDetector.runDetect",
        "POST_PROCESSING, io.vigil.streams.detection.TraDetector.detections io.vigil.streams.detection.TraDetector.runDetect",
        "RESIZE, org.bytedeco.opencv.global.opencv_imgproc.resize io.vigil.streams.frame.PictureFitter.write io.vigil.streams.detection.DetectorInput.write",
        "AVRO, org.apache.avro.io.BinaryEncoder.writeInt org.apache.kafka.clients.producer.KafkaProducer.send",
        "KAFKA_CLIENTS, java.util.zip.CRC32C.update org.apache.kafka.clients.producer.KafkaProducer.send org.apache.kafka.streams.state.internals.StoreChangeLogger.logChange",
        "REST_OF_SERVICE, java.util.HashMap.get org.apache.kafka.streams.processor.internals.StreamTask.process"
    })
    void shouldBeWhatTheInnermostKnownCallIsFor(CpuUse use, String calls) {
        assertThat(CpuUse.ofStack(stack(calls))).isEqualTo(use);
    }

    @ParameterizedTest
    @CsvSource({
        "kafka-producer-network-thread | vigil-bench-1-6f-StreamThread-1-producer, KAFKA_CLIENTS",
        "inference-detect, DETECT_GRAPH",
        "data-plane-kafka-request-handler-3, BROKER",
        "result-follower, BENCH",
        "vigil-bench-1-6f-StreamThread-1,",
        "look-ahead,"
    })
    void shouldAskWhatThreadsAreAtWhereTheirNamesDoNotTell(String thread, @Nullable CpuUse use) {
        assertThat(CpuUse.ofThread(thread)).isEqualTo(Optional.ofNullable(use));
    }

    @ParameterizedTest
    @MethodSource("ownPlaces")
    void shouldKnowPlacesThatExist(String place) {
        String name = place.endsWith(".") ? place.substring(0, place.length() - 1) : place;
        int dot = name.lastIndexOf('.');

        assertThat(isPackage(name) || isClass(name) || isMethod(name.substring(0, dot), name.substring(dot + 1)))
                .isTrue();
    }

    private static Stream<String> ownPlaces() {
        return CpuUse.PLACES.keySet().stream().filter(place -> place.startsWith("io.vigil."));
    }

    private static boolean isPackage(String name) {
        return CpuUseTest.class.getClassLoader().getResource(name.replace('.', '/') + "/package-info.class") != null;
    }

    private static boolean isClass(String name) {
        return CpuUseTest.class.getClassLoader().getResource(name.replace('.', '/') + ".class") != null;
    }

    private static boolean isMethod(String type, String method) {
        try {
            return Arrays.stream(Class.forName(type).getDeclaredMethods())
                    .anyMatch(declared -> declared.getName().equals(method));
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static StackTraceElement[] stack(String calls) {
        return Arrays.stream(calls.split(" "))
                .map(call -> {
                    int dot = call.lastIndexOf('.');
                    return new StackTraceElement(call.substring(0, dot), call.substring(dot + 1), null, -1);
                })
                .toArray(StackTraceElement[]::new);
    }
}
