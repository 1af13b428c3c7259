package io.vigil.sinks.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WebhookSecretTest {

    /** The expected value was computed with Python's hmac module. */
    @Test
    void shouldSignAsStandardWebhooksSays() {
        WebhookSecret secret = WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(secret.signature(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1_614_265_330),
                        "{\"test\": 2432232314}".getBytes(UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void shouldTakeAnyTextThatIsLongEnough() {
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookSecret.parse("too-short"));
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookSecret.parse("whsec_!"));
        assertThat(WebhookSecret.parse("a-secret-of-twenty-letters")).hasToString("(secret)");
    }
}
