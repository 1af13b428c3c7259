package io.vigil.console.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.results.Percentiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What was measured; its JSON form has the names of the components in snake case. Of several rounds, all numbers are medians.
 *
 * @param machine cores, JVM and system
 * @param rawFps the bare networks, frames per second
 * @param serviceFps the whole service, frames on the topic to committed results, exactly once
 * @param efficiency service over bare networks
 * @param reuseSupports support frames of the following three
 * @param reuseFps the bare networks with what support frames gave kept
 * @param recomputeFps the bare networks with every support frame computed again for every key frame
 * @param reuseSpeedup of the former over the latter
 * @param rounds the single measurements
 * @param cpuMsPerFrame CPU time per frame by what it was spent on, which adds up to that of the process
 * @param stageMs time per frame of each stage on the stream thread
 * @param kafkaBytesPerFrame what the broker's log grew by per frame, results and changelogs included, frames excluded
 * @param frameBytes mean size of a frame's picture
 * @param latency at several loads
 * @param cameras the same frames spread over different numbers of cameras
 * @param heapPerCameraMb heap in use that each camera more takes, MiB
 * @param residentPerCameraMb memory of the process that each camera more takes, native memory and the broker's share included, MiB; 0
 *     where it cannot be seen
 */
@JsonNaming(SnakeCaseStrategy.class)
public record BenchReport(
        Map<String, String> machine,
        double rawFps,
        double serviceFps,
        double efficiency,
        int reuseSupports,
        double reuseFps,
        double recomputeFps,
        double reuseSpeedup,
        List<Round> rounds,
        Map<String, Double> cpuMsPerFrame,
        Map<String, Double> stageMs,
        double kafkaBytesPerFrame,
        double frameBytes,
        List<Latency> latency,
        List<Spread> cameras,
        double heapPerCameraMb,
        double residentPerCameraMb) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** One turn of each, frames per second. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Round(double rawFps, double reuseFps, double recomputeFps, double serviceFps) {

        double efficiency() {
            return serviceFps / rawFps;
        }

        double reuseSpeedup() {
            return reuseFps / recomputeFps;
        }
    }

    /**
     * Latency under a load.
     *
     * @param load share of the measured throughput
     * @param framesPerSecond sent, all cameras together
     * @param guarantee of the service
     * @param latencyMs capture to committed result
     * @param modelMs all detector graphs of one frame
     * @param analysed frames
     * @param skipped frames
     * @param fewestSkipped of one camera
     * @param mostSkipped of one camera
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Latency(
            double load,
            double framesPerSecond,
            int cameras,
            String guarantee,
            Percentiles latencyMs,
            Percentiles modelMs,
            long analysed,
            int skipped,
            int fewestSkipped,
            int mostSkipped) {}

    /**
     * Throughput with the frames of so many cameras, what a frame took, and the memory then in use.
     *
     * @param fps median of the turns
     * @param fpsOfTurns one after the other
     * @param supportsPerFrame support frames
     * @param clipsPerFrame recognized clips
     * @param stageMs time in each stage
     * @param heapMb heap in use, MiB
     * @param residentMb memory of the whole process, MiB; 0 where it cannot be seen
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Spread(
            int cameras,
            double fps,
            List<Double> fpsOfTurns,
            double supportsPerFrame,
            double clipsPerFrame,
            Map<String, Double> stageMs,
            double heapMb,
            double residentMb) {}

    /**
     * Writes the JSON form.
     *
     * @throws Failure if the file cannot be written
     */
    void writeTo(Path file) {
        try {
            JSON.writeValue(file.toFile(), this);
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "--report: cannot write %s: %s".formatted(file, e.getMessage()), e);
        }
    }
}
