package io.vigil.streams.ahead;

import static io.vigil.streams.testing.FrameFixture.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.FrameLimits;
import io.vigil.streams.frame.GroupLimits;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.TestPackages;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionAheadTest {

    private static final byte[] NORTH = "north".getBytes(UTF_8);

    private final FrameCheck check =
            new FrameCheck(FrameFixture.SERDE, new FrameLimits(100_000, 64 * 48, new GroupLimits(600, 1 << 25)));

    @Test
    void shouldKeepNoFrameWhoseTurnHasPassedWhileNoCoreIsIdle() throws Exception {
        List<byte[]> records = List.of(record(0), record(1), record(2), record(3), record(4), record(5));
        try (DetectionModel model = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
                LookAhead lookAhead = new LookAhead(model, List.of(), new Cores(0, 1));
                PartitionAhead partition = lookAhead.partition(0, check)) {
            for (int offset = 0; offset < records.size(); offset++) {
                lookAhead.upcoming().announce(0, offset, NORTH, records.get(offset));
            }

            int most = 0;
            for (int offset = 0; offset < records.size(); offset++) {
                try (PartitionAhead.Turn turn = partition.turn(offset, records.get(offset))) {
                    assertThat(turn.frame(next -> true)).isEmpty();
                    most = Math.max(most, lookAhead.waiting());
                }
            }

            assertThat(most).isEqualTo(2);
            assertThat(lookAhead.waiting()).isZero();
        }
    }

    private static byte[] record(long sequence) {
        return frame(sequence, 100 * sequence).toBytes();
    }
}
