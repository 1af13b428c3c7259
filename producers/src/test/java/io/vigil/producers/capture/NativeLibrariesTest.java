package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vigil.producers.testing.Cameras;
import io.vigil.producers.testing.Clip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine without the sound library that FFmpeg's devices are linked with; a broken one stands in for none. */
class NativeLibrariesTest {

    @TempDir
    static Path folder;

    @BeforeAll
    static void hideTheSoundLibrary() throws IOException {
        assumeTrue(Loader.getPlatform().startsWith("linux"), "other systems have no PulseAudio to lack");
        Files.createFile(folder.resolve("libpulse.so.0"));
    }

    @Test
    void shouldCaptureFromFilesWithoutTheSystemsSoundLibrary() throws Exception {
        Path clip = Clip.mpeg4(folder.resolve("clip.avi"), 10);

        assertThat(probeWithoutSound(clip.toString())).contains("mpeg4, 320 x 240 pixels");
    }

    @Test
    void shouldSayWhatToInstallForAWebcam() throws Exception {
        assertThat(probeWithoutSound("/dev/video0")).contains("apt-get install libasound2 libpulse0");
    }

    private static String probeWithoutSound(String source) throws IOException, InterruptedException {
        ProcessBuilder java = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName(),
                        source))
                .redirectErrorStream(true);
        java.environment().put("LD_LIBRARY_PATH", folder.toString());
        Process process = java.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    /** Prints what a probe of a source found, or why it found nothing. */
    static final class Probe {

        private Probe() {}

        public static void main(String[] arguments) {
            try {
                CameraReport report = CameraProbe.probe(Cameras.camera("yard", arguments[0]), Duration.ofSeconds(20));
                System.out.println(report);
            } catch (SourceException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
