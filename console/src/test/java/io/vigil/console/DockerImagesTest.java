package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.testing.Places;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the containers are made of. */
class DockerImagesTest {

    private static final Path DOCKER = Places.HOME.resolve("docker");
    private static final Pattern IMAGE = Pattern.compile("^(?:FROM| +image:) +(\\S+)", Pattern.MULTILINE);
    private static final String OURS = "vigil(:cuda)?";
    private static final String EXACT = ".+:v?[0-9]+\\.[0-9]+\\.[0-9]+.*";

    @ParameterizedTest
    @ValueSource(strings = {"vigil/Dockerfile", "vigil/Dockerfile.cuda", "compose.yaml", "compose.cuda.yaml"})
    void imagesOfOthersShouldBeNamedToTheLastPartOfTheirVersion(String file) throws Exception {
        List<String> images = IMAGE.matcher(Files.readString(DOCKER.resolve(file)))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(images).isNotEmpty().allSatisfy(image -> assertThat(image).matches(OURS + "|" + EXACT));
    }
}
