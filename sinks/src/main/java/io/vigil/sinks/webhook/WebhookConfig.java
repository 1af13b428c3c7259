package io.vigil.sinks.webhook;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.schema.Event;
import io.vigil.sinks.delivery.Destination;
import io.vigil.sinks.delivery.DestinationConfig;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/**
 * Where a webhook is.
 *
 * @param uri http or https, without user and password
 * @param secret signs the messages
 * @param timeout for one request, its answer included
 */
public record WebhookConfig(URI uri, WebhookSecret secret, Duration timeout) implements DestinationConfig {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    /**
     * Reads a {@code webhook} block.
     *
     * @throws ConfigException if a value is missing or is none
     */
    public static WebhookConfig from(Config config) {
        return new WebhookConfig(
                uri(config), WebhookSecret.parse(config.getString("secret")), config.getDuration("timeout"));
    }

    @Override
    public Destination<Event> openForEvents(InstantSource clock) {
        return new WebhookDestination(this, clock);
    }

    /** The server alone: path and query may hold a token. */
    String server() {
        return "%s://%s".formatted(uri.getScheme(), uri.getAuthority());
    }

    private static URI uri(Config config) {
        URI uri;
        try {
            uri = URI.create(config.getString("uri"));
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(config.origin(), "uri", String.valueOf(e.getMessage()), e);
        }
        if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme()) || uri.getHost() == null) {
            throw new ConfigException.BadValue(
                    config.origin(), "uri", "must be http:// or https:// with a host, is %s".formatted(uri));
        }
        if (uri.getUserInfo() != null) {
            throw new ConfigException.BadValue(
                    config.origin(),
                    "uri",
                    "must be without user and password: messages are signed with the secret instead");
        }
        return uri;
    }
}
