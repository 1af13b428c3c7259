package io.vigil.producers.camera;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a camera's pictures come from.
 *
 * <p>Only the kinds listed in {@link Kind} exist: a scheme that FFmpeg would understand but that is not among them
 * ({@code concat:}, {@code subfile:}, {@code data:}, {@code file:} …) is refused before FFmpeg sees it. {@link #toString}
 * and every message of this class show no credentials; {@link #location} has them and goes to FFmpeg only.
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

    private static final String MASK = "***";
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);
    private static final Pattern WEBCAM = Pattern.compile("/dev/video[0-9]{1,3}");
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
    private static final Pattern PORT = Pattern.compile("[^:]*|[^:]*:[0-9]{0,5}|\\[[^\\]]*\\](:[0-9]{0,5})?");
    private static final Pattern CREDENTIALS_IN_TEXT = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^\\s'\"]*@");
    private static final Pattern SECRET_PARAMETER = Pattern.compile(
            "([?&;](?:[a-z_-]*pass[a-z]*|pwd|[a-z_-]*token|[a-z_-]*key|secret|auth[a-z]*|sig[a-z]*)=)[^&\\s'\"]*",
            Pattern.CASE_INSENSITIVE);
    /** A password shorter than this is masked inside URLs but not hunted for in other text, where it would hit words. */
    private static final int SHORTEST_HUNTED = 4;

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
            throw new IllegalArgumentException("source holds control characters: " + mask(trimmed, Set.of()));
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
                        "scheme %s: is not allowed, only rtsp, rtsps, http, https and testpattern are; a file whose name holds a colon needs ./ before it"
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
        return mask(text, secrets);
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
        return mask(text, Set.of());
    }

    private static SourceUri network(Kind kind, String scheme, String afterColon) {
        if (!afterColon.startsWith("//") || afterColon.length() == 2) {
            throw new IllegalArgumentException("source has no host, write %s://host/path: %s"
                    .formatted(scheme, mask(scheme + ":" + afterColon, Set.of())));
        }
        String rest = afterColon.substring(2);
        Optional<Integer> at = endOfCredentials(scheme, rest);
        if (at.isEmpty()) {
            return new SourceUri(kind, scheme + "://" + rest, Set.of());
        }
        String credentials = rest.substring(0, at.get());
        String host = rest.substring(at.get() + 1);
        int colon = credentials.indexOf(':');
        String user = colon < 0 ? credentials : credentials.substring(0, colon);
        String encoded = percentEncode(user);
        Set<String> secrets = new TreeSet<>();
        if (colon >= 0) {
            String password = credentials.substring(colon + 1);
            String encodedPassword = percentEncode(password);
            encoded += ":" + encodedPassword;
            secrets.add(password);
            secrets.add(encodedPassword);
            secrets.add(URLDecoder.decode(encodedPassword.replace("+", "%2B"), StandardCharsets.UTF_8));
            secrets.removeIf(secret -> secret.length() < SHORTEST_HUNTED);
        }
        return new SourceUri(kind, scheme + "://" + encoded + "@" + host, Set.copyOf(secrets));
    }

    /** Where in {@code user:password@host/path} the credentials end, if there are any. */
    private static Optional<Integer> endOfCredentials(String scheme, String rest) {
        String authority = rest.split("[/?#]", 2)[0];
        int inAuthority = authority.lastIndexOf('@');
        int last = rest.lastIndexOf('@');
        String path = rest.substring(authority.length()).split("\\?", 2)[0];
        if (inAuthority >= 0) {
            if (path.contains("@")) {
                throw new IllegalArgumentException(
                        "source can be read in two ways; write %%40 for each @ and %%2F for each / in the password, or %%40 for the @ in the path: %s"
                                .formatted(mask(scheme + "://" + rest, Set.of())));
            }
            return Optional.of(inAuthority);
        }
        boolean passwordWithSlash = last >= 0 && !PORT.matcher(authority).matches();
        return passwordWithSlash ? Optional.of(last) : Optional.empty();
    }

    /** Encodes what may not stand in user information, and leaves what is encoded already. */
    private static String percentEncode(String text) {
        StringBuilder encoded = new StringBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xFF);
            boolean escape = c == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2]);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "-._~!$&'()*+,;=".indexOf(c) >= 0);
            if (escape || plain) {
                encoded.append(c);
            } else {
                encoded.append('%').append("%02X".formatted((int) c));
            }
        }
        return encoded.toString();
    }

    private static boolean isHex(byte b) {
        return Character.digit(b, 16) >= 0;
    }

    private static String mask(String text, Set<String> secrets) {
        String masked = CREDENTIALS_IN_TEXT.matcher(text).replaceAll("$1" + MASK + "@");
        masked = SECRET_PARAMETER.matcher(masked).replaceAll("$1" + MASK);
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }
}
