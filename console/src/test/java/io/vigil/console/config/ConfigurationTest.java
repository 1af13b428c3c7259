package io.vigil.console.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.vigil.producers.app.IngestConfig;
import io.vigil.streams.app.ServiceConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    private final EnvironmentOverrides service = new EnvironmentOverrides(ServiceConfig.reference());

    @Test
    void everyKeyShouldHaveAVariableOfItsOwn() {
        for (Config reference : List.of(ServiceConfig.reference(), IngestConfig.reference())) {
            assertThat(ConfigKey.allOf(reference))
                    .extracting(ConfigKey::variable)
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void variablesShouldOverrideKeysWithTheirTypes() {
        Config config = service.of(Map.of(
                "VIGIL_COMMIT_INTERVAL", "250 ms",
                "VIGIL_METRICS_PORT", "9464",
                "VIGIL_DETECTION_PACKAGE", "/models/tra",
                "VIGIL_KAFKA_SASL_MECHANISM", "PLAIN",
                "VIGIL_INGEST_FRAME_RATE", "5",
                "VIGIL_JAVA_OPTS", "-Xmx1g",
                "PATH", "/bin"));

        ServiceConfig read = ServiceConfig.from(config);
        assertThat(read.commitInterval()).hasMillis(250);
        assertThat(read.kafka()).containsEntry("sasl.mechanism", "PLAIN");
        assertThat(config.getInt("metrics.port")).isEqualTo(9464);
        assertThat(config.hasPath("ingest")).isFalse();
    }

    @Test
    void misspeltVariableShouldBeRefusedWithASuggestion() {
        assertThatThrownBy(() -> service.of(Map.of("VIGIL_COMIT_INTERVAL", "1 s")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("did you mean VIGIL_COMMIT_INTERVAL");
    }

    @Test
    void secretsShouldNotBePrinted() {
        Config config = ConfigFactory.parseString("""
                kafka { sasl.jaas.config = "… password=hunter2", ssl.keystore.password = hunter2, security.protocol = SASL_SSL }
                cameras = [ { id = a, source = "rtsp://viewer:hunter2@10.0.0.5/1" } ]
                sinks = [ { name = hook, webhook.secret = hunter2 }, { name = home, mqtt.password = hunter2 } ]
                """);

        List<String> lines = new EffectiveConfig(config).lines();

        assertThat(lines).hasSize(9).noneMatch(line -> line.contains("hunter2"));
        assertThat(lines).anyMatch(line -> line.startsWith("kafka.security.protocol = \"SASL_SSL\"  # String: 1"));
        assertThat(lines).anyMatch(line -> line.startsWith("sinks[1].mqtt.password = \"***\"  # String: 3"));
    }
}
