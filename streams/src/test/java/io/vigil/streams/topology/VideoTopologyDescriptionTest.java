package io.vigil.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.testing.ServiceUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Names of stores and their topics live longer than code: a change of this file is a change to review. */
class VideoTopologyDescriptionTest {

    private static final Path REVIEWED = Path.of("src/test/resources/topology.txt");

    @Test
    void shouldMatchTheReviewedTopology() throws IOException {
        try (ServiceUnderTest service = ServiceUnderTest.with("")) {
            String description = service.topology().describe().toString();

            assertThat(description.strip()).isEqualTo(Files.readString(REVIEWED).strip());
        }
    }
}
