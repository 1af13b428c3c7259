package io.vigil.producers.camera;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A source as it may stand where others read it: with placeholders, <code>${CAMERA_GATE_PASSWORD}</code>, instead of secrets.
 *
 * <p>Only variables whose names begin with {@code CAMERA_} can be used, so that a source cannot ask for other secrets of
 * the process.
 */
public final class SourceTemplate {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)\\}");
    private static final Pattern VARIABLE = Pattern.compile("CAMERA_[A-Za-z0-9_]+");
    private static final Pattern PLACEHOLDERS = Pattern.compile("(\\$\\{[^}]*\\})*");
    /** Up to the last @, since a password may hold any number of them. */
    private static final Pattern USER_INFORMATION =
            Pattern.compile("^\\s*[A-Za-z][A-Za-z0-9+.-]*:/*(\\S*)@", Pattern.DOTALL);

    /** What stands for a secret while the rest is looked at. */
    private static final String NO_SECRET = "x";

    private final String text;

    private SourceTemplate(String text) {
        this.text = text;
    }

    /**
     * Reads a source without knowing what its placeholders stand for.
     *
     * @throws IllegalArgumentException with a sentence, free of credentials, if it holds a secret in plain text, asks for
     *     another variable, or is no source
     */
    public static SourceTemplate parse(String text) {
        Matcher placeholders = PLACEHOLDER.matcher(text);
        while (placeholders.find()) {
            if (!VARIABLE.matcher(placeholders.group(1)).matches()) {
                throw new IllegalArgumentException(
                        "a placeholder is ${CAMERA_...}: only variables whose names begin with CAMERA_ can be used");
            }
        }
        Matcher user = USER_INFORMATION.matcher(text);
        if (user.find()) {
            String[] userAndPassword = user.group(1).split(":", 2);
            if (userAndPassword.length == 2
                    && !PLACEHOLDERS.matcher(userAndPassword[1]).matches()) {
                throw plainSecret();
            }
        }
        String withoutSecrets = PLACEHOLDER.matcher(text).replaceAll("");
        if (SecretMask.holdsSecretParameter(withoutSecrets)) {
            throw plainSecret();
        }
        SourceUri.parse(PLACEHOLDER.matcher(text).replaceAll(NO_SECRET));
        return new SourceTemplate(text);
    }

    /**
     * The source with its placeholders filled in. In a URL a value is percent-encoded, so that a password may hold any
     * character.
     *
     * @param environment the value of a variable, if it has one
     * @throws IllegalArgumentException if a variable has no value, with its name
     */
    public SourceUri resolve(Function<String, Optional<String>> environment) {
        boolean url = text.contains("://");
        return SourceUri.parse(PLACEHOLDER.matcher(text).replaceAll(found -> {
            String name = found.group(1);
            String value = environment
                    .apply(name)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "its source needs the variable %s, which the ingest's environment does not have"
                                    .formatted(name)));
            return Matcher.quoteReplacement(url ? percentEncoded(value) : value);
        }));
    }

    /** The source as it was written: without secrets. */
    @Override
    public String toString() {
        return text;
    }

    private static String percentEncoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static IllegalArgumentException plainSecret() {
        return new IllegalArgumentException(
                "the source holds a password or key in plain text; write a placeholder such as ${CAMERA_PASSWORD} for it and "
                        + "give the ingest a variable of that name (an @ in the path is written %40)");
    }
}
