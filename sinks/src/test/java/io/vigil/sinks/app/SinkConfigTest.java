package io.vigil.sinks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.sinks.delivery.RetrySettings;
import io.vigil.sinks.mqtt.MqttConfig;
import io.vigil.sinks.mqtt.MqttFormat;
import io.vigil.sinks.webhook.WebhookConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinkConfigTest {

    private static final String WEBHOOK = "webhook { uri = \"https://desk.example/hook\", secret = 0123456789abcdef }";

    @Test
    void shouldHaveDefaults() {
        SinkConfig config = config("sinks = [ { name = desk, %s } ]".formatted(WEBHOOK));

        assertThat(config.bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(config.kafka()).isEmpty();
        assertThat(config.sinks()).singleElement().satisfies(sink -> {
            assertThat(sink.name()).isEqualTo("desk");
            assertThat(sink.start()).isEqualTo("latest");
            assertThat(sink.retry())
                    .isEqualTo(new RetrySettings(Duration.ofMillis(500), Duration.ofMinutes(1), Optional.empty()));
            assertThat(sink.destination()).isInstanceOfSatisfying(WebhookConfig.class, webhook -> {
                assertThat(webhook.uri()).isEqualTo(URI.create("https://desk.example/hook"));
                assertThat(webhook.timeout()).isEqualTo(Duration.ofSeconds(10));
            });
        });
    }

    @Test
    void shouldReadEveryKey() {
        SinkConfig config = config("""
                bootstrap-servers = "a:1"
                kafka { security.protocol = SSL }
                sinks = [ {
                  name = desk, start = earliest
                  retry { first = 1 s, max = 2 m, give-up-after = 1 h }
                  webhook { uri = "http://localhost:1", secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZg==", timeout = 3 s }
                } ]
                """);

        assertThat(config.bootstrapServers()).isEqualTo("a:1");
        assertThat(config.kafka()).isEqualTo(Map.of("security.protocol", "SSL"));
        SinkConfig.Sink sink = config.sinks().get(0);
        assertThat(sink.start()).isEqualTo("earliest");
        assertThat(sink.retry())
                .isEqualTo(new RetrySettings(
                        Duration.ofSeconds(1), Duration.ofMinutes(2), Optional.of(Duration.ofHours(1))));
        assertThat(sink.destination())
                .isInstanceOfSatisfying(WebhookConfig.class, webhook -> assertThat(webhook.timeout())
                        .isEqualTo(Duration.ofSeconds(3)));
    }

    @Test
    void shouldReadAnMqttBroker() {
        SinkConfig.Sink sink = config("""
                sinks = [ { name = home, mqtt {
                  host = mqtt.lan, port = 8883, tls = true, user = vigil, password = secret
                  format = onvif, prefix = site/vigil, discovery-prefix = null, timeout = 2 s
                } } ]
                """).sinks().get(0);

        assertThat(sink.destination())
                .isEqualTo(new MqttConfig(
                        "mqtt.lan",
                        8883,
                        true,
                        Optional.of(new MqttConfig.Credentials("vigil", "secret")),
                        MqttFormat.ONVIF,
                        "site/vigil",
                        Optional.empty(),
                        Duration.ofSeconds(2)));
        assertThat(sink.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "colour = red | no such key",
                "sinks = [] | sinks",
                "sinks = [ { name = a, web-hook {} } ] | no such key, did you mean webhook?",
                "sinks = [ { name = a } ] | either a webhook or an mqtt block",
                "sinks = [ { name = 'a b', WEBHOOK } ] | must be 1 to 64",
                "sinks = [ { name = a, start = now, WEBHOOK } ] | must be earliest or latest",
                "sinks = [ { name = a, WEBHOOK }, { name = a, WEBHOOK } ] | two sinks are called a",
                "sinks = [ { name = a, retry { first = 2 m }, WEBHOOK } ] | less than retry.max",
                "sinks = [ { name = a, mqtt { host = b, port = 0 } } ] | must be 1 to 65535",
                "sinks = [ { name = a, mqtt { host = b, format = xml } } ] | must be home-assistant or onvif",
                "sinks = [ { name = a, mqtt { host = b, prefix = 'x/#' } } ] | must be a topic",
                "sinks = [ { name = a, webhook { uri = 'ftp://x', secret = 0123456789abcdef } } ] | http:// or https://",
                "sinks = [ { name = a, webhook { uri = 'http://me:pw@x', secret = 0123456789abcdef } } ] | without user and password",
                "sinks = [ { name = a, webhook { uri = 'http://x', secret = short } } ] | 16 bytes or more"
            })
    void shouldRefuseWhatMakesNoSink(String hocon, String sentence) {
        assertThatThrownBy(() -> config(hocon.replace("WEBHOOK", WEBHOOK).replace("'", "\"")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(sentence);
    }

    private static SinkConfig config(String hocon) {
        return SinkConfig.from(ConfigFactory.parseString(hocon));
    }
}
