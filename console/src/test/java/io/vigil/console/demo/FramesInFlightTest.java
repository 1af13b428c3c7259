package io.vigil.console.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigil.console.testing.ResultFixture;
import io.vigil.schema.topic.CameraId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FramesInFlightTest {

    private static final CameraId CAMERA = new CameraId("gate");
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong settled = new AtomicLong();
    private final AtomicReference<Instant> now = new AtomicReference<>(BEGIN);
    private final FramesInFlight inFlight = new FramesInFlight(2, camera -> settled.get(), now::get);

    @Test
    void shouldHoldCaptureUntilAnEarlierFrameIsSettled() throws Exception {
        inFlight.awaitTurn(CAMERA);
        inFlight.awaitTurn(CAMERA);
        CompletableFuture<Void> third = CompletableFuture.runAsync(() -> awaitTurn());

        assertThatTimesOut(() -> third.get(100, TimeUnit.MILLISECONDS));
        settled.incrementAndGet();

        third.get(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldRememberWhenAFrameHadItsTurn() throws Exception {
        inFlight.awaitTurn(CAMERA);
        now.set(BEGIN.plus(Duration.ofMillis(70)));
        inFlight.awaitTurn(CAMERA);

        assertThat(inFlight.of(ResultFixture.detections("gate", 7, 1))).contains(BEGIN.plus(Duration.ofMillis(70)));
    }

    @Test
    void streamThatStartedAgainHasNoKnownTurns() throws Exception {
        inFlight.awaitTurn(CAMERA);
        assertThat(inFlight.of(ResultFixture.detections("gate", 7, 0))).contains(BEGIN);

        assertThat(inFlight.of(ResultFixture.detections("gate", 8, 0))).isEmpty();
    }

    private void awaitTurn() {
        try {
            inFlight.awaitTurn(CAMERA);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertThatTimesOut(ThrowingCallable waiting) {
        assertThatThrownBy(waiting).isInstanceOf(TimeoutException.class);
    }
}
