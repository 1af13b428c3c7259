package io.vigil.console.results;

import static io.vigil.console.testing.ResultFixture.captured;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.testing.ResultFixture;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultLinesTest {

    private final StringWriter written = new StringWriter();
    private final ResultLines lines = new ResultLines(written);

    @Test
    void eachRecordShouldBeOneLineWithTheDocumentedNames() throws Exception {
        // When:
        lines.detections(ResultFixture.detections("gate", 7, 5, "person"), captured(5));
        lines.actions(ResultFixture.actions("gate", 7), captured(5));

        // Then:
        List<String> json = written.toString().lines().toList();
        assertThat(json).hasSize(2);
        JsonNode detections = new ObjectMapper().readTree(json.get(0));
        assertThat(detections.get("kind").asText()).isEqualTo("detections");
        assertThat(detections.get("camera").asText()).isEqualTo("gate");
        assertThat(detections.get("epoch").asLong()).isEqualTo(7);
        assertThat(detections.get("sequence").asLong()).isEqualTo(5);
        assertThat(detections.get("capture_time_us").asLong())
                .isEqualTo(captured(5).toEpochMilli() * 1000);
        assertThat(detections.get("boxes").get(0))
                .hasToString(
                        "{\"label\":\"person\",\"score\":0.75,\"x\":1.0,\"y\":2.0,\"w\":30.0,\"h\":40.0,\"track_id\":null}");
        JsonNode actions = new ObjectMapper().readTree(json.get(1));
        assertThat(actions.get("kind").asText()).isEqualTo("actions");
        assertThat(actions.get("scores").get(0).get("label").asText()).isEqualTo("sitting down");
    }
}
