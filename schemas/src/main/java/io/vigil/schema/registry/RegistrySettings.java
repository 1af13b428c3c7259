package io.vigil.schema.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Where a schema registry is.
 *
 * @param url of its root, http or https, without user and password
 * @param authorization value of the header of that name; empty for none
 * @param timeout for one request, its answer included
 */
public record RegistrySettings(URI url, Optional<String> authorization, Duration timeout) {

    /** Refuses what is no address of a registry with an {@link IllegalArgumentException} in a sentence. */
    public RegistrySettings {
        String scheme = url.getScheme();
        if (url.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException("the url of the schema registry must be http:// or https:// and a host");
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "user and password of the schema registry have keys of their own; take them out of its url");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the timeout of the schema registry must be longer than 0");
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static RegistrySettings of(String url, Optional<String> authorization, Duration timeout) {
        URI root;
        try {
            root = new URI(url.endsWith("/") ? url : url + "/");
        } catch (URISyntaxException e) {
            // its message would show what may be a password
            throw new IllegalArgumentException("the url of the schema registry has a character that none may have");
        }
        return new RegistrySettings(root, authorization, timeout);
    }

    /** The header for a user with a password. */
    public static String basic(String user, String password) {
        byte[] credentials = "%s:%s".formatted(user, password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }

    /** The header for a token. */
    public static String bearer(String token) {
        return "Bearer " + token;
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return url.toString();
    }
}
