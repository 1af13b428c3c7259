package io.vigil.producers.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vigil.producers.camera.SourceUri;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FfmpegLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.vigil.ffmpeg");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        NativeLibraries.load();
        FfmpegLog.attach("yard", SourceUri.parse("rtsp://admin:hunt/er2@cam.local/s1"));
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    @Test
    void shouldNameTheCameraAndHideItsPassword() {
        av_log(null, AV_LOG_ERROR, "cannot open rtsp://admin:hunt/er2@cam.local with hunt/er2\n");

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("camera yard: cannot open rtsp://***@cam.local with ***");
    }

    @Test
    void shouldLeaveOutWhatACameraRepeats() {
        for (int i = 0; i < 1_000; i++) {
            av_log(null, AV_LOG_ERROR, "error while decoding\n");
        }

        assertThat(lines.list).hasSize(5);
    }
}
