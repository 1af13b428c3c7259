package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avutil.AVERROR_DECODER_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_FORBIDDEN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_TOO_MANY_REQUESTS;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_HTTP_UNAUTHORIZED;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_STREAM_NOT_FOUND;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import io.vigil.producers.camera.SourceUri;
import java.nio.charset.StandardCharsets;

/** FFmpeg's error codes as {@link SourceException}. */
final class FfmpegErrors {

    private static final int MESSAGE_BYTES = 128;

    private final SourceUri source;

    FfmpegErrors(SourceUri source) {
        this.source = source;
    }

    SourceException of(String what, int code) {
        return new SourceException(kindOf(code), "%s: %s".formatted(what, messageOf(code)));
    }

    /** What FFmpeg can read, but we cannot use; with a sentence that says what to do. */
    SourceException unusable(String why) {
        return new SourceException(kindOf(0), why);
    }

    private SourceException.Kind kindOf(int code) {
        if (code == AVERROR_HTTP_UNAUTHORIZED
                || code == AVERROR_HTTP_FORBIDDEN
                || code == AVERROR_HTTP_TOO_MANY_REQUESTS) {
            return SourceException.Kind.DENIED;
        }
        // a camera may be set to another codec tomorrow, a file stays what it is
        return source.kind() == SourceUri.Kind.FILE ? SourceException.Kind.PERMANENT : SourceException.Kind.TEMPORARY;
    }

    private static String messageOf(int code) {
        if (code == AVERROR_EXIT) {
            return "given up while waiting";
        }
        if (code == AVERROR_STREAM_NOT_FOUND) {
            return "it has no video stream";
        }
        if (code == AVERROR_DECODER_NOT_FOUND) {
            return "no decoder for its codec";
        }
        byte[] message = new byte[MESSAGE_BYTES];
        av_strerror(code, message, MESSAGE_BYTES);
        return new String(message, StandardCharsets.UTF_8).trim();
    }
}
