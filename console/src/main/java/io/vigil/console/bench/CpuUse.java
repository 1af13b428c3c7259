package io.vigil.console.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What CPU time is spent on. */
enum CpuUse {
    DECODE,
    RESIZE,
    TENSOR_FILL,
    FRAME_GRAPH,
    SUPPORT_GRAPH,
    DETECT_GRAPH,
    POST_PROCESSING,
    RECOGNIZER,
    AVRO,
    STATE_STORES,
    KAFKA_CLIENTS,
    REST_OF_SERVICE,
    BROKER,
    BENCH,
    /** Threads that are not Java's: they help model runs that are alone, collect garbage and compile. */
    OUTSIDE_JAVA_THREADS;

    private static final String STREAMS = "io.vigil.streams.";

    /** Beginnings of a call's class and method. */
    static final Map<String, CpuUse> PLACES = Map.ofEntries(
            Map.entry(STREAMS + "frame.FrameDecoder", DECODE),
            Map.entry(STREAMS + "frame.h264.", DECODE),
            Map.entry(STREAMS + "frame.PictureFitter", RESIZE),
            Map.entry(STREAMS + "detection.DetectorInput", TENSOR_FILL),
            Map.entry(STREAMS + "detection.SupportConcatenation", TENSOR_FILL),
            Map.entry(STREAMS + "detection.Contribution.", TENSOR_FILL),
            Map.entry(STREAMS + "detection.FrameGraphs.frame", FRAME_GRAPH),
            Map.entry(STREAMS + "detection.FrameGraphs.contribution", SUPPORT_GRAPH),
            Map.entry(STREAMS + "detection.TraDetector.detections", POST_PROCESSING),
            Map.entry(STREAMS + "detection.TraDetector.runDetect", DETECT_GRAPH),
            Map.entry(STREAMS + "tracking.", POST_PROCESSING),
            Map.entry(STREAMS + "rules.", POST_PROCESSING),
            Map.entry(STREAMS + "recognition.", RECOGNIZER),
            Map.entry(STREAMS + "state.", STATE_STORES),
            Map.entry("org.apache.kafka.streams.state.", STATE_STORES),
            Map.entry("org.rocksdb.", STATE_STORES),
            Map.entry("org.apache.avro.", AVRO),
            Map.entry("io.vigil.schema.wire.", AVRO),
            Map.entry("org.apache.kafka.clients.", KAFKA_CLIENTS));

    /** Threads that run one graph each, where sessions have their own. */
    private static final Map<String, CpuUse> INFERENCE_THREADS = Map.of(
            "inference-frame", FRAME_GRAPH,
            "inference-support", SUPPORT_GRAPH,
            "inference-detect", DETECT_GRAPH,
            "inference-recognize", RECOGNIZER,
            "inference-start", RECOGNIZER,
            "inference-step", RECOGNIZER);

    private static final List<String> SERVICE_THREADS =
            List.of("StreamThread", "StateUpdater", "look-ahead", "inference-deadline");
    private static final List<String> CLIENT_THREADS =
            List.of("kafka-producer-network-thread", "kafka-coordinator-heartbeat-thread", "kafka-admin-client-thread");
    private static final List<String> BENCH_THREADS = List.of("result-follower", "main", CpuProfiler.THREAD);

    /** What a thread of this name does whatever it is at; empty for threads of the service, which do many things. */
    static Optional<CpuUse> ofThread(String name) {
        if (CLIENT_THREADS.stream().anyMatch(name::startsWith)) {
            return Optional.of(KAFKA_CLIENTS);
        }
        if (SERVICE_THREADS.stream().anyMatch(name::contains)) {
            return Optional.empty();
        }
        return Optional.of(INFERENCE_THREADS.getOrDefault(name, BENCH_THREADS.contains(name) ? BENCH : BROKER));
    }

    /**
     * What a thread of the service is at.
     *
     * @param stack innermost call first; the innermost that is known decides
     */
    static CpuUse ofStack(StackTraceElement... stack) {
        return Arrays.stream(stack)
                .map(call -> call.getClassName() + "." + call.getMethodName())
                .flatMap(call -> PLACES.entrySet().stream()
                        .filter(place -> call.startsWith(place.getKey()))
                        .map(Map.Entry::getValue))
                .findFirst()
                .orElse(REST_OF_SERVICE);
    }
}
