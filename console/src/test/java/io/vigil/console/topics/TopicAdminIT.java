package io.vigil.console.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.console.broker.BrokerSettings;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.process.Failure;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicAdminIT {

    private final Topics topics = Topics.standard();

    @TempDir
    private Path directory;

    @Test
    void shouldMakeWhatIsMissingAndTellWhatDiffers() {
        BrokerSettings settings = new BrokerSettings(directory, BrokerSettings.ANY_PORT);
        try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
                TopicAdmin admin = TopicAdmin.connect(broker.bootstrap())) {
            // Given: one topic that somebody made in another way
            admin.create(List.of(
                    new NewTopic(topics.frames().name(), 2, (short) 1).configs(Map.of("max.message.bytes", "1000"))));

            // When:
            List<String> made = admin.create(topics.all().stream()
                    .map(topic -> topic.definition(3, (short) 1))
                    .toList());

            // Then:
            assertThat(made)
                    .containsExactlyInAnyOrder(
                            "vigil.cameras",
                            "vigil.detections",
                            "vigil.actions",
                            "vigil.events",
                            "vigil.skipped",
                            "vigil.dead-letters",
                            "vigil.undelivered");
            List<TopicState> states = admin.describe(topics);
            assertThat(states).extracting(TopicState::partitions).containsExactly(3, 2, 3, 3, 3, 3, 3, 3);
            assertThat(states.get(1).warnings()).anySatisfy(warning -> assertThat(warning)
                    .contains("vigil.frames has max.message.bytes = 1000, Vigil asks for "));
            assertThat(states)
                    .filteredOn(state -> !state.name().equals("vigil.frames"))
                    .allMatch(state -> state.warnings().isEmpty());
        }

        // And: the log outlives the broker
        try (EmbeddedBroker again = EmbeddedBroker.start(settings);
                TopicAdmin admin = TopicAdmin.connect(again.bootstrap())) {
            assertThat(admin.describe(topics)).allMatch(TopicState::exists);
        }
    }

    @Test
    void settingsOfTheClientsShouldBeUsed() {
        Map<String, String> incomplete = Map.of("security.protocol", "SASL_PLAINTEXT", "num.stream.threads", "2");

        assertThatThrownBy(() -> TopicAdmin.connect(new Cluster("127.0.0.1:1", incomplete)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("settings")
                .hasMessageContaining("JAAS");
    }

    @Test
    void silentClusterShouldBeNamed() {
        try (TopicAdmin admin = TopicAdmin.connect("127.0.0.1:1")) {
            assertThatThrownBy(() -> admin.describe(topics))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("127.0.0.1:1")
                    .hasMessageContaining("--bootstrap");
        }
    }
}
