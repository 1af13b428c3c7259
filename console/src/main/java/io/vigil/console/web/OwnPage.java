package io.vigil.console.web;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests of the console's own page from those that another web site makes in somebody's browser.
 *
 * <p>Such a site can send requests to this host, but not choose their {@code Origin}; or it gives this host a name of its own
 * (DNS rebinding), which then is their {@code Host}.
 */
final class OwnPage {

    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");

    private final Set<String> names;

    OwnPage(ConsoleAddress address) {
        this.names = address.names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a request for {@code host} is for this console: no name of somebody else. */
    boolean isHost(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
        return name.equals("localhost") || ADDRESS.matcher(name).matches() || names.contains(name);
    }

    /** Whether a request comes from a page of this console, or from no page at all. */
    boolean isOrigin(@Nullable String origin, String host) {
        return origin == null || origin.equals("http://" + host) || origin.equals("https://" + host);
    }
}
