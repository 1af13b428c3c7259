package io.vigil.producers.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceUriTest {

    @ParameterizedTest
    @CsvSource({
        "rtsp://admin:hunter2@10.0.0.5/s1,        rtsp://***@10.0.0.5/s1,   rtsp://admin:hunter2@10.0.0.5/s1",
        "rtsp://admin:hunt@er2@cam.local/s1,      rtsp://***@cam.local/s1,  rtsp://admin:hunt%40er2@cam.local/s1",
        "rtsp://admin:hunt:er2@cam.local/s1,      rtsp://***@cam.local/s1,  rtsp://admin:hunt%3Aer2@cam.local/s1",
        "rtsp://admin:hunt/er2@cam.local:554/s1,  rtsp://***@cam.local:554/s1, rtsp://admin:hunt%2Fer2@cam.local:554/s1",
        "rtsp://admin:hunt?er2@cam.local/s1,      rtsp://***@cam.local/s1,  rtsp://admin:hunt%3Fer2@cam.local/s1",
        "rtsp://admin:a\"b@cam.local/s1,          rtsp://***@cam.local/s1,  rtsp://admin:a%22b@cam.local/s1",
        "rtsp://admin:hunt%2Fer2@cam.local/s1,    rtsp://***@cam.local/s1,  rtsp://admin:hunt%2Fer2@cam.local/s1",
        "https://cam.local/v?token=hunter2&size=1, https://cam.local/v?token=***&size=1, https://cam.local/v?token=hunter2&size=1",
    })
    void shouldHideCredentialsButHandThemToFfmpeg(String written, String shown, String location) {
        SourceUri source = SourceUri.parse(written);

        assertThat(source).hasToString(shown);
        assertThat(source.location()).isEqualTo(location);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://cam.local:554/stream@hd",
                "rtsp://[fe80::1]:554/stream",
                "http://cam.local/video?mail=a@b.c",
                "HTTP://cam.local/video"
            })
    void shouldLeaveUrlsWithoutCredentialsAlone(String written) {
        assertThat(SourceUri.parse(written).location()).isEqualToIgnoringCase(written);
    }

    @Test
    void shouldRefuseAPasswordThatCannotBeToldFromThePathWithoutShowingIt() {
        assertThatThrownBy(() -> SourceUri.parse("rtsp://admin:hun@t/er2@cam.local/s1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("%2F")
                .hasMessageNotContaining("hun");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection to tcp://admin:hunt/er2@cam.local:554?timeout=1 failed",
                "wrong password hunt/er2",
                "bad URL 'rtsp://admin:hunt%2Fer2@cam.local'"
            })
    void shouldHideItsPasswordInTheMessagesOfOthers(String message) {
        SourceUri source = SourceUri.parse("rtsp://admin:hunt/er2@cam.local/s1");

        assertThat(source.mask(message)).contains("***").doesNotContain("hunt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "concat:a.ts|b.ts",
                "data:text/plain,x",
                "file:/etc/passwd",
                "pipe:0",
                "tcp://cam.local:1",
                "crypto+http://cam.local",
                "rtsp:cam.local",
                "rtsp://admin:hunt er2@cam.local/s1",
                "rtsp://",
                "testpattern:colour=red",
                "a\u0000b",
                " "
            })
    void shouldRefuseWhatFfmpegWouldUnderstandButACameraIsNot(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SourceUri.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"./clips/../a:b.mp4", "subfile,,start,0,end,9,,:/etc/passwd", "yard.mp4"})
    void shouldNameFilesInAWayThatHasNoOtherMeaningToFfmpeg(String path) {
        SourceUri source = SourceUri.parse(path);

        assertThat(source.kind()).isEqualTo(SourceUri.Kind.FILE);
        assertThat(source.location())
                .isEqualTo("file:" + Path.of(path).toAbsolutePath().normalize());
    }

    @Test
    void shouldReadTheParametersOfATestPattern() {
        assertThat(SourceUri.parse("testpattern:").testPattern()).isEqualTo(new TestPattern(640, 360, 25, 0));
        assertThat(SourceUri.parse("testpattern:width=320,rate=7.5,frames=3").testPattern())
                .isEqualTo(new TestPattern(320, 360, 7.5, 3));
    }
}
