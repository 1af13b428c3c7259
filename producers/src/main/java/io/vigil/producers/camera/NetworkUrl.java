package io.vigil.producers.camera;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A URL with its credentials in the form that URLs allow (RFC 3986), read from the form in which people write them.
 *
 * @param url with credentials percent-encoded
 * @param secrets the password, as written, plain and encoded; without those too short to look for in a text
 */
record NetworkUrl(String url, Set<String> secrets) {

    /** What stands between {@code //} and the path where no credentials do: a host, with a port perhaps. */
    private static final Pattern HOST = Pattern.compile("[^:]*(:[0-9]{0,5})?|\\[[^\\]]*\\](:[0-9]{0,5})?");

    private static final String ALLOWED = "-._~!$&()*+,;=";
    /** Anything shorter would hit parts of words. */
    private static final int SHORTEST_SECRET = 4;

    NetworkUrl {
        secrets = Set.copyOf(secrets);
    }

    /** Reads what follows {@code scheme:}. */
    static NetworkUrl read(String scheme, String afterColon) {
        if (afterColon.contains(" ")) {
            throw new IllegalArgumentException("a %s source holds a space: write %%20".formatted(scheme));
        }
        if (!afterColon.startsWith("//") || afterColon.length() == 2) {
            throw new IllegalArgumentException("source has no host, write %s://host/path: %s"
                    .formatted(scheme, SecretMask.mask(scheme + ":" + afterColon, Set.of())));
        }
        String rest = afterColon.substring(2);
        Optional<Integer> at = endOfCredentials(scheme, rest);
        return at.isEmpty()
                ? new NetworkUrl(scheme + "://" + rest, Set.of())
                : withCredentials(scheme, rest.substring(0, at.get()), rest.substring(at.get() + 1));
    }

    private static NetworkUrl withCredentials(String scheme, String credentials, String hostAndPath) {
        String[] userAndPassword = credentials.split(":", 2);
        String encoded = percentEncode(userAndPassword[0]);
        Set<String> secrets = new TreeSet<>();
        if (userAndPassword.length == 2) {
            String password = percentEncode(userAndPassword[1]);
            encoded += ":" + password;
            secrets.add(userAndPassword[1]);
            secrets.add(password);
            secrets.add(URLDecoder.decode(password.replace("+", "%2B"), StandardCharsets.UTF_8));
            secrets.removeIf(secret -> secret.length() < SHORTEST_SECRET);
        }
        return new NetworkUrl(scheme + "://" + encoded + "@" + hostAndPath, secrets);
    }

    /** Where in {@code user:password@host/path} the credentials end, if there are any. */
    private static Optional<Integer> endOfCredentials(String scheme, String rest) {
        String authority = rest.split("[/?#]", 2)[0];
        String path = rest.substring(authority.length()).split("\\?", 2)[0];
        int inAuthority = authority.lastIndexOf('@');
        if (inAuthority >= 0 && path.contains("@")) {
            throw new IllegalArgumentException(
                    ("source can be read in two ways; write %%40 for each @ and %%2F for each / in the password, "
                                    + "or %%40 for the @ in the path: %s")
                            .formatted(SecretMask.mask(scheme + "://" + rest, Set.of())));
        }
        if (inAuthority >= 0) {
            return Optional.of(inAuthority);
        }
        int last = rest.lastIndexOf('@');
        boolean passwordWithSlash = last >= 0 && !HOST.matcher(authority).matches();
        return passwordWithSlash ? Optional.of(last) : Optional.empty();
    }

    /** Encodes what may not stand in user information, and leaves what is encoded already. */
    private static String percentEncode(String text) {
        StringBuilder encoded = new StringBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xFF);
            boolean escape = c == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2]);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || ALLOWED.indexOf(c) >= 0);
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
}
