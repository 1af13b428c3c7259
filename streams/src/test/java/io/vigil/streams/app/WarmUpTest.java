package io.vigil.streams.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vigil.streams.testing.ModelRuns;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No graph runs for the first time, nor with a number of support frames for the first time, after the service is ready: neither alone nor
 * beside other runs, which are in another session.
 */
class WarmUpTest {

    @TempDir
    Path folder;

    /** The key frame is one more support. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldRunEveryGraphOnceAndTheDetectGraphWithEveryNumberOfSupports(boolean alone) throws IOException {
        Map<String, List<String>> runs = runsWhileLoading(TestPackages.RECOGNITION, 3, 2, alone);

        assertThat(runs.get("detect")).containsExactly("N=1 S=1", "N=1 S=2", "N=1 S=3", "N=1 S=4");
        assertThat(runs.get("frame")).isNotEmpty();
        assertThat(runs.get("support")).isNotEmpty();
        assertThat(runs.get("recognize")).hasSize(1);
        assertThat(runs).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldStartAndStepAStreamingRecognizer(boolean alone) throws IOException {
        Map<String, List<String>> runs = runsWhileLoading(TestPackages.STREAMING_RECOGNITION, 1, 2, alone);

        assertThat(runs.get("start")).hasSize(1);
        assertThat(runs.get("step")).hasSize(1);
    }

    @Test
    void shouldRunNothingTwiceWhereBeingAloneMakesNoDifference() throws IOException {
        assertThat(runsWhileLoading(TestPackages.RECOGNITION, 1, 1, false)).isEmpty();
    }

    /** Sizes of every run that was alone, or of every one that was not, by graph, in the order of the runs. */
    private Map<String, List<String>> runsWhileLoading(
            Path recognizer, int supports, int threadsWhenAlone, boolean alone) throws IOException {
        ServiceConfig config = ServiceConfig.from(ConfigFactory.parseString(
                """
                detection { package = "%s", support-frames = %d }
                recognition.package = "%s"
                inference.threads-when-alone = %d
                """.formatted(TestPackages.DETECTION, supports, recognizer, threadsWhenAlone)));
        try (ModelRuns runs = ModelRuns.record(folder)) {
            Models.load(config).close();
            return runs.all().stream()
                    .filter(run -> run.isAlone() == alone)
                    .collect(Collectors.groupingBy(
                            ModelRuns.Run::graph, Collectors.mapping(ModelRuns.Run::sizes, Collectors.toList())));
        }
    }
}
