package io.vigil.streams.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vigil.schema.topic.Topics;
import io.vigil.streams.testing.TestPackages;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;

class StreamingExplanationTest {

    @Test
    void shouldRefuseToExplainAnActionOfAStreamingRecognizerAndSayWhatWould() {
        ExplainSetup setup = new ExplainSetup(
                Topics.standard(),
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:1"),
                TestPackages.SHIPPED_DETECTOR,
                Optional.of(TestPackages.STREAMING_RECOGNITION),
                TestPackages.INFERENCE);
        try (AnswerDesk desk = new AnswerDesk(setup)) {
            NoAnswerException refusal =
                    catchThrowableOfType(NoAnswerException.class, () -> desk.action("north", 1, Instant.EPOCH));

            assertThat(refusal.reason()).isEqualTo(NoAnswerException.Reason.OTHER_MODEL);
            assertThat(refusal)
                    .hasMessageStartingWith("tam-streaming-test steps from frame to frame")
                    .hasMessageEndingWith("use a windowed package");
        }
    }
}
