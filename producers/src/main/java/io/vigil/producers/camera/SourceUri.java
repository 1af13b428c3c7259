package io.vigil.producers.camera;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a camera's pictures come from.
 *
 * <p>Only the kinds listed in {@link Kind} exist: a scheme that FFmpeg would understand but that is not among them
 * ({@code concat:}, {@code subfile:}, {@code data:}, {@code file:} …) is refused before FFmpeg sees it. {@link
 * #toString} and every message of this class show no credentials; {@link #location} has them and goes to FFmpeg only.
 */
public final class SourceUri {

    /** The kinds of source. */
    public enum Kind {
        /** A file, named by its path. */
        FILE,
        /** {@code rtsp://} or {@code rtsps://}. */
        RTSP,
        /** {@code http://} or {@code https://}: MJPEG, HLS, or a media file on a server. */
        HTTP,
        /** {@code /dev/video*}. */
        WEBCAM,
        /** {@code testpattern:}, pictures drawn by Vigil itself; see {@link TestPattern}. */
        TEST_PATTERN
    }

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);
    private static final Pattern WEBCAM = Pattern.compile("/dev/video[0-9]{1,3}");
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");

    private final Kind kind;
    private final String location;
    private final Set<String> secrets;

    private SourceUri(Kind kind, String location, Set<String> secrets) {
        this.kind = kind;
        this.location = location;
        this.secrets = secrets;
    }

    /**
     * Reads a source as people write it: a path, {@code /dev/video0}, a URL or {@code testpattern:}.
     *
     * <p>Passwords may be percent-encoded or plain; plain ones may hold {@code @}, {@code :} and {@code /}, though not
     * {@code @} and {@code /} at once, which cannot be told from a path.
     *
     * @throws IllegalArgumentException with a sentence, free of credentials, that says what to write instead
     */
    public static SourceUri parse(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException(
                    "source is empty: give a path, /dev/video0, rtsp://…, http://… or testpattern:");
        }
        if (CONTROL.matcher(trimmed).find()) {
            throw new IllegalArgumentException("source holds control characters: " + maskUrls(trimmed));
        }
        if (WEBCAM.matcher(trimmed).matches()) {
            return new SourceUri(Kind.WEBCAM, trimmed, Set.of());
        }
        Matcher scheme = SCHEME.matcher(trimmed);
        if (!scheme.matches()) {
            return new SourceUri(Kind.FILE, trimmed, Set.of());
        }
        String name = scheme.group(1).toLowerCase(Locale.ROOT);
        return switch (name) {
            case "rtsp", "rtsps" -> network(Kind.RTSP, name, scheme.group(2));
            case "http", "https" -> network(Kind.HTTP, name, scheme.group(2));
            case "testpattern" -> {
                TestPattern.parse(scheme.group(2));
                yield new SourceUri(Kind.TEST_PATTERN, scheme.group(2), Set.of());
            }
            case "file" -> throw new IllegalArgumentException("file: is not taken, give the path itself: " + trimmed);
            default ->
                throw new IllegalArgumentException(
                        ("scheme %s: is not allowed, only rtsp, rtsps, http, https and testpattern are; "
                                        + "a file whose name holds a colon needs ./ before it")
                                .formatted(name));
        };
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the source waits for its reader, so that reading can be faster or slower than real time. */
    public boolean readableAtAnySpeed() {
        return kind == Kind.FILE || kind == Kind.TEST_PATTERN;
    }

    /** What FFmpeg opens, credentials included: never for a message. Files become absolute {@code file:} URLs. */
    public String location() {
        return kind == Kind.FILE ? "file:" + path() : location;
    }

    /** The absolute path of a {@link Kind#FILE}. */
    public Path path() {
        return Path.of(location).toAbsolutePath().normalize();
    }

    /** The parameters of a {@link Kind#TEST_PATTERN}. */
    public TestPattern testPattern() {
        return TestPattern.parse(location);
    }

    /**
     * Hides every credential in a text that may quote this source or parts of it, such as FFmpeg's messages: user
     * information of any URL, secret query parameters of any URL, and this source's own password wherever it stands.
     */
    public String mask(String text) {
        return SecretMask.mask(text, secrets);
    }

    /** The source without its credentials. */
    @Override
    public String toString() {
        return switch (kind) {
            case TEST_PATTERN -> "testpattern:" + location;
            case FILE, WEBCAM -> location;
            case RTSP, HTTP -> mask(location);
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceUri that && kind == that.kind && location.equals(that.location);
    }

    @Override
    public int hashCode() {
        return location.hashCode();
    }

    /** {@link #mask(String)} for a text whose source is not known. */
    public static String maskUrls(String text) {
        return SecretMask.mask(text, Set.of());
    }

    private static SourceUri network(Kind kind, String scheme, String afterColon) {
        NetworkUrl url = NetworkUrl.read(scheme, afterColon);
        return new SourceUri(kind, url.url(), url.secrets());
    }
}
