package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.testing.TestPackages;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Replays what PyTorch (numpy for the test packages) answered when a package was exported: docs/model-package.md. */
class GoldenReplayTest {

    @TestFactory
    Stream<DynamicNode> shouldAnswerLikeTheExporter() {
        return TestPackages.all().stream()
                .map(directory -> DynamicContainer.dynamicContainer(
                        directory.getFileName().toString(), replays(directory)));
    }

    private static Stream<DynamicTest> replays(Path directory) {
        List<GoldenCase> cases = GoldenCase.of(directory);
        assertThat(cases).as("golden cases of %s", directory).isNotEmpty();
        return cases.stream()
                .map(example -> DynamicTest.dynamicTest(example.title(), () -> replay(directory, example)));
    }

    private static void replay(Path directory, GoldenCase example) throws InferenceException {
        try (ModelPackage loaded = GoldenCase.load(directory, TestPackages.INFERENCE);
                Outputs outputs = example.run(loaded)) {
            example.assertRecorded(outputs);
        }
    }
}
