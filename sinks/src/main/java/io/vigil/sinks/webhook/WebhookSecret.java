package io.vigil.sinks.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs messages as the Standard Webhooks specification says: HMAC-SHA256 over id, time and body.
 *
 * <p>Shows nothing of itself in logs.
 */
public final class WebhookSecret {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_BYTES = 16;

    private final SecretKeySpec key;

    private WebhookSecret(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /**
     * Reads a secret: {@code whsec_} and Base64, as the specification has it, or any text, whose bytes it then is.
     *
     * @throws IllegalArgumentException if it has less than 16 bytes, or is no Base64 after its prefix
     */
    public static WebhookSecret parse(String text) {
        byte[] key = text.startsWith(PREFIX)
                ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
                : text.getBytes(UTF_8);
        if (key.length < MIN_BYTES) {
            throw new IllegalArgumentException(
                    "a webhook's secret needs %d bytes or more, not %d".formatted(MIN_BYTES, key.length));
        }
        return new WebhookSecret(key);
    }

    /** The value of the header {@code webhook-signature}. */
    public String signature(String id, Instant time, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update("%s.%d.".formatted(id, time.getEpochSecond()).getBytes(UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is missing from this Java", e);
        }
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
