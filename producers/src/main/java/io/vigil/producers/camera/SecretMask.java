package io.vigil.producers.camera;

import java.util.Set;
import java.util.regex.Pattern;

/** Hides credentials in text: rather too much than too little. */
final class SecretMask {

    private static final String MASK = "***";
    /** Up to the last @ before a space, since a password may hold any number of them. */
    private static final Pattern USER_INFORMATION = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)\\S*@");

    private static final Pattern SECRET_PARAMETER = Pattern.compile(
            "([?&;](?:[a-z_-]*pass[a-z]*|pwd|[a-z_-]*token|[a-z_-]*key|secret|auth[a-z]*|sig[a-z]*)=)[^&\\s'\"]*",
            Pattern.CASE_INSENSITIVE);

    private SecretMask() {}

    /**
     * Hides user information and secret query parameters of all URLs in a text, and {@code secrets} wherever they
     * stand.
     */
    static String mask(String text, Set<String> secrets) {
        String masked = USER_INFORMATION.matcher(text).replaceAll("$1" + MASK + "@");
        masked = SECRET_PARAMETER.matcher(masked).replaceAll("$1" + MASK);
        for (String secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    /** Whether a text has a query parameter with a value that {@link #mask} would hide. */
    static boolean holdsSecretParameter(String text) {
        return SECRET_PARAMETER.matcher(text).results().anyMatch(found -> found.end() > found.end(1));
    }
}
