package io.vigil.console.web.service;

import static io.vigil.console.testing.ResultFixture.captured;
import static io.vigil.console.testing.ResultFixture.detections;
import static io.vigil.console.testing.ResultFixture.frame;
import static io.vigil.console.testing.ResultFixture.skipped;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.web.service.FrameAccounts.Account;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.DeadLetterReason;
import io.vigil.schema.SkipReason;
import io.vigil.schema.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameAccountsTest {

    private static final Topics TOPICS = Topics.standard();
    private static final Instant NOW = captured(1000);

    private final FrameAccounts accounts = new FrameAccounts(TOPICS.frames());

    @Test
    void everyNumberShouldBeAccountedForOnce() {
        analyse(1, 0, 1, 2, 5);
        accounts.skipped(skipped("gate", 1, 4, SkipReason.OVERLOADED), NOW);
        accounts.deadLetter(Optional.of("gate"), letter(bytes(1, 6)), NOW);
        analyse(2, 0, 1);

        // 3 of the first epoch was dropped
        assertThat(gate()).isEqualTo(new Account(9, 6, Map.of(SkipReason.OVERLOADED, 1L), 1, 1, 0));
    }

    @Test
    void frameThatIsSentAgainShouldNotCountAgain() {
        analyse(1, 0, 1);
        accounts.deadLetter(Optional.of("gate"), letter(bytes(1, 2)), NOW);
        Account before = gate();

        accounts.deadLetter(Optional.of("gate"), letter(bytes(1, 2)), NOW);
        accounts.skipped(skipped("gate", 1, 1, SkipReason.DUPLICATE), NOW);

        assertThat(gate()).isEqualTo(new Account(3, 2, Map.of(), 1, 0, 2));
        assertThat(before.captured()).isEqualTo(3);
    }

    @Test
    void recordsThatAreNoFramesOfAnyCameraShouldBeToldApart() {
        analyse(1, 0);
        accounts.deadLetter(Optional.empty(), letter(null), NOW);
        accounts.deadLetter(Optional.of("nobody"), letter(null), NOW);

        assertThat(accounts.accounts()).containsOnlyKeys("gate");
        assertThat(accounts.strangers()).isEqualTo(2);
    }

    @Test
    void onlyTheNewestDeadLettersShouldBeKnownAgain() {
        for (long sequence = 0; sequence <= FrameAccounts.DEAD_FRAMES; sequence++) {
            accounts.deadLetter(Optional.of("gate"), letter(bytes(1, sequence)), NOW);
        }
        analyse(1, 1, FrameAccounts.DEAD_FRAMES);
        assertThat(gate().analysed()).isZero();
        assertThat(gate().repeated()).isEqualTo(2);

        analyse(1, 0);

        assertThat(gate().analysed()).isEqualTo(1);
    }

    private void analyse(long epoch, long... sequences) {
        for (long sequence : sequences) {
            accounts.detections(detections("gate", epoch, sequence), NOW);
        }
    }

    private Account gate() {
        return accounts.accounts().get("gate");
    }

    private static ByteBuffer bytes(long epoch, long sequence) {
        return ByteBuffer.wrap(TOPICS.frames().values().toBytes(frame("gate", epoch, sequence)));
    }

    private static DeadLetter letter(ByteBuffer value) {
        return new DeadLetter(
                "vigil.frames",
                0,
                7L,
                captured(2),
                DeadLetterReason.TRUNCATED,
                "ends early",
                null,
                List.of(),
                9,
                value);
    }
}
