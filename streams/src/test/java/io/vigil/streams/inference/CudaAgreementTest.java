package io.vigil.streams.inference;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vigil.streams.testing.TestPackages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The processor and a GPU answer the golden inputs alike. Skipped where CUDA cannot be used.
 *
 * <p>The tolerance is that of the golden files, within which both have to be of what PyTorch answered: 1e-3, and 1e-2 pixels for
 * boxes, which summing in another order does not reach where no decision is a near tie (the golden inputs are chosen so); for
 * packages with rounded numbers the share of the largest value that their golden files state. TF32 is off.
 */
class CudaAgreementTest {

    private static final InferenceConfig CUDA = new InferenceConfig(
            1, 1, false, Duration.ofMinutes(2), Optional.of(new CudaConfig(0, Optional.empty(), false, false)));

    @TestFactory
    Stream<DynamicNode> shouldAnswerOnCudaAsOnTheProcessor() {
        Optional<String> missing = whyNotCuda();
        if (missing.isPresent()) {
            return Stream.of(DynamicTest.dynamicTest("skipped", () -> abort("not compared: " + missing.get())));
        }
        return TestPackages.all().stream()
                .map(directory -> DynamicContainer.dynamicContainer(
                        directory.getFileName().toString(),
                        GoldenCase.of(directory).stream()
                                .map(example -> DynamicTest.dynamicTest(
                                        example.title(), () -> compare(example, directory, CUDA, directory)))));
    }

    /** The comparison is no formality: rounding to 8 bits is seen. */
    @Test
    void shouldTellADetectorFromTheSameInEightBits() {
        GoldenCase frame = GoldenCase.of(TestPackages.SHIPPED_DETECTOR).get(0);

        assertThatThrownBy(() -> compare(
                        frame,
                        TestPackages.SHIPPED_8_BIT_DETECTOR,
                        TestPackages.INFERENCE,
                        TestPackages.SHIPPED_DETECTOR))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("largest difference of features");
    }

    private static Optional<String> whyNotCuda() {
        try {
            Sessions.of(CUDA);
            return Optional.empty();
        } catch (ModelPackageException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void compare(GoldenCase example, Path directory, InferenceConfig config, Path onTheProcessor)
            throws InferenceException {
        try (ModelPackage loaded = GoldenCase.load(directory, config);
                ModelPackage reference = GoldenCase.load(onTheProcessor, TestPackages.INFERENCE);
                Outputs actual = example.run(loaded);
                Outputs expected = example.run(reference)) {
            example.assertAgree(actual, expected);
        }
    }
}
