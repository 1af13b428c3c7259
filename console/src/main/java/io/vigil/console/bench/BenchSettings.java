package io.vigil.console.bench;

import io.vigil.streams.inference.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is measured.
 *
 * @param detector model package
 * @param recognizer model package
 * @param reuseSupports support frames with which it is measured what reuse saves
 * @param video where the frames come from
 * @param seconds how long each part is measured
 * @param rounds how often the bare networks and the service take turns, and the numbers of cameras
 * @param device what the models run on
 * @param threads stream threads of the service, and threads that run the bare networks
 * @param threadsPerRun threads for one model run, in both
 * @param threadsWhenAlone threads for a model run while no other is in progress, in both; empty for the service's default
 * @param commitInterval of the service
 * @param partitions of every topic, among which cameras are spread evenly
 * @param cameras of the throughput and latency parts
 * @param cameraCounts numbers of cameras among which the same frames are spread
 * @param loads shares of the measured throughput at which latency is measured
 * @param report where the JSON form goes
 */
public record BenchSettings(
        Path detector,
        Path recognizer,
        int reuseSupports,
        Path video,
        Duration seconds,
        int rounds,
        Device device,
        int threads,
        int threadsPerRun,
        Optional<Integer> threadsWhenAlone,
        Duration commitInterval,
        int partitions,
        int cameras,
        List<Integer> cameraCounts,
        List<Double> loads,
        Optional<Path> report) {}
