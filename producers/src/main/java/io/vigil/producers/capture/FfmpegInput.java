package io.vigil.producers.capture;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_find_input_format;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EXIT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import io.vigil.producers.camera.SourceUri;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The compressed video stream of a source, as FFmpeg's demuxers give it.
 *
 * <p>Uses FFmpeg's own API rather than JavaCV's {@code FFmpegFrameGrabber}: that one opens all inputs under one lock,
 * so that a dead camera would keep every other from starting, cannot be interrupted before it is open, and tells no
 * end from an error. One thread uses it; any may {@link #interrupt}.
 */
final class FfmpegInput implements AutoCloseable {

    private static final Interrupted INTERRUPTED = new Interrupted().retainReference();

    /**
     * Containers that hold video of their own. Playlists, image sequences and scripts, which name other files, are
     * none.
     */
    private static final String CONTAINERS =
            "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,gif,mjpeg,mjpeg_2000,"
                    + "mpjpeg,h264,hevc,m4v,ivf,obu,av1,vc1,dv,gxf,mxf,nut,rm,wtv,yuv4mpegpipe";

    /** A playlist is refused as a whole where the sound it names is not known. */
    private static final String HLS_AND_ITS_SOUND = ",hls,aac,ac3,eac3,mp3,webvtt";

    private static final long EAGAIN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final SourceUri source;
    private final Duration timeout;
    private final FfmpegErrors errors;
    private @Nullable IntPointer interrupted = new IntPointer(1L).put(0);
    private @Nullable AVFormatContext context;
    private int videoStream;

    /**
     * An input that is not open yet.
     *
     * @param timeout for single network operations
     */
    FfmpegInput(SourceUri source, Duration timeout) {
        this.source = source;
        this.timeout = timeout;
        this.errors = new FfmpegErrors(source);
    }

    void open() throws SourceException {
        if (source.kind() == SourceUri.Kind.FILE && !Files.isReadable(source.path())) {
            throw new SourceException(
                    SourceException.Kind.PERMANENT,
                    "there is no file %s, or it may not be read".formatted(source.path()));
        }
        if (source.kind() == SourceUri.Kind.WEBCAM) {
            NativeLibraries.requireDevices();
        }
        AVFormatContext opening = avformat_alloc_context();
        opening.interrupt_callback().callback(INTERRUPTED).opaque(interrupted);
        AVDictionary options = new AVDictionary(null);
        options().forEach((key, value) -> av_dict_set(options, key, value, 0));
        AVInputFormat format = source.kind() == SourceUri.Kind.WEBCAM ? av_find_input_format("video4linux2") : null;
        int opened = avformat_open_input(opening, source.location(), format, options);
        av_dict_free(options);
        if (opened < 0) {
            throw errors.of("cannot open it", opened);
        }
        context = opening;
        check("cannot recognise its streams", avformat_find_stream_info(opening, (AVDictionary) null));
        videoStream =
                check("cannot use it", av_find_best_stream(opening, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0));
        for (int i = 0; i < opening.nb_streams(); i++) {
            if (i != videoStream) {
                opening.streams(i).discard(AVDISCARD_ALL);
            }
        }
    }

    /** The next packet of the video stream, to be unreferenced by the caller; false at the end. */
    boolean read(AVPacket packet) throws SourceException {
        int code = av_read_frame(opened(), packet);
        while (code == AVERROR_EAGAIN()) {
            // a webcam between two pictures
            LockSupport.parkNanos(EAGAIN_PAUSE_NANOS);
            code = isInterrupted() ? AVERROR_EXIT : av_read_frame(opened(), packet);
        }
        if (code == AVERROR_EOF) {
            return false;
        }
        check("it broke off", code);
        return true;
    }

    boolean isVideo(AVPacket packet) {
        return packet.stream_index() == videoStream;
    }

    AVStream video() {
        return opened().streams(videoStream);
    }

    /** Whether its end is no failure: a file, or a recording behind an address that says how long it is. */
    boolean hasEnd() {
        boolean hasDuration = opened().duration() != AV_NOPTS_VALUE && opened().duration() > 0;
        return source.kind() == SourceUri.Kind.FILE || source.kind() == SourceUri.Kind.HTTP && hasDuration;
    }

    /** Whether packets come as fast as they are read, so that the reader sets the pace. */
    boolean comesAtAnySpeed() {
        return hasEnd() || opened().iformat().name().getString().equals("hls");
    }

    FfmpegErrors errors() {
        return errors;
    }

    synchronized void interrupt() {
        if (interrupted != null) {
            interrupted.put(1);
        }
    }

    private synchronized boolean isInterrupted() {
        return interrupted == null || interrupted.get() != 0;
    }

    @Override
    public void close() {
        if (context != null) {
            avformat_close_input(context);
            context = null;
        }
        synchronized (this) {
            if (interrupted != null) {
                interrupted.deallocate();
                interrupted = null;
            }
        }
    }

    private Map<String, String> options() {
        String micros = Long.toString(timeout.toNanos() / 1000);
        Map<String, String> options = new TreeMap<>();
        switch (source.kind()) {
            case RTSP -> {
                options.put("protocol_whitelist", "rtsp,rtsps,rtp,rtcp,srtp,tcp,udp,tls,crypto");
                options.put("rtsp_transport", "tcp");
                options.put("timeout", micros);
                options.put("allowed_media_types", "video");
                // low delay: no reordering, which TCP does not need, and no second of frames held back to guess a frame
                // rate
                options.put("max_delay", "0");
                options.put("fpsprobesize", "0");
                options.put("analyzeduration", "2000000");
            }
            case HTTP -> {
                options.put("protocol_whitelist", "http,https,tcp,tls,crypto");
                options.put("format_whitelist", CONTAINERS + HLS_AND_ITS_SOUND);
                options.put("rw_timeout", micros);
                options.put("timeout", micros);
            }
            case FILE -> {
                options.put("protocol_whitelist", "file");
                options.put("format_whitelist", CONTAINERS);
            }
            case WEBCAM -> options.put("protocol_whitelist", "file");
            case TEST_PATTERN -> throw new IllegalStateException("FFmpeg does not read " + source);
        }
        return options;
    }

    private AVFormatContext opened() {
        AVFormatContext open = context;
        if (open == null) {
            throw new IllegalStateException("not open: " + source);
        }
        return open;
    }

    private int check(String what, int code) throws SourceException {
        if (code < 0) {
            throw errors.of(what, code);
        }
        return code;
    }

    /** Asked by FFmpeg, often, whether it should give up. One for all inputs; each hands in its own flag. */
    private static final class Interrupted extends AVIOInterruptCB.Callback_Pointer {

        @Override
        public int call(Pointer flag) {
            return new IntPointer(flag).get();
        }
    }
}
