package io.vigil.console.why;

import io.vigil.streams.explain.Explainer;
import io.vigil.streams.explain.NoAnswerException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;

/** Answers by the explainer in this process, which stays its owner's. */
final class ExplainerSource implements WhySource {

    private static final int FAULT = 500;

    private final Explainer explainer;

    ExplainerSource(Explainer explainer) {
        this.explainer = explainer;
    }

    @Override
    public CompletableFuture<WhyAnswer> detection(String camera, long epoch, long sequence, int box) {
        return answer(explainer.detection(camera, epoch, sequence, box));
    }

    @Override
    public CompletableFuture<WhyAnswer> action(String camera, long epoch, long endUs) {
        return answer(explainer.action(camera, epoch, Instant.EPOCH.plus(endUs, ChronoUnit.MICROS)));
    }

    private static CompletableFuture<WhyAnswer> answer(CompletableFuture<?> explained) {
        return explained.handle((value, fault) -> {
            if (fault == null) {
                return WhyAnswer.of(value);
            }
            return fault instanceof NoAnswerException refusal
                    ? WhyAnswer.refused(refusal)
                    : WhyAnswer.error(FAULT, fault.toString());
        });
    }
}
