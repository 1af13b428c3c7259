package io.vigil.streams.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.streams.explain.NoAnswerException.Reason;
import io.vigil.streams.inference.ModelPackageException;
import io.vigil.streams.testing.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplainerTest {

    private static final ExplainConfig ONE_WAITS = new ExplainConfig(true, 1, Duration.ofMinutes(1));
    private static final ExplainConfig ANY_NUMBER_WAITS = new ExplainConfig(true, 1000, Duration.ofMinutes(1));

    private final LogLines log = LogLines.of(Explainer.class);

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void shouldAnswerThatItFailedWhenMemoryRunsOutAndTakeFurtherQuestions() throws Exception {
        Supplier<AnswerDesk> memoryRunsOut = () -> {
            throw new OutOfMemoryError("Cannot reserve 1 bytes of direct buffer memory");
        };
        try (Explainer explainer = new Explainer(memoryRunsOut, ONE_WAITS)) {
            for (int question = 0; question < 5; question++) {
                NoAnswerException refusal = refusal(explainer.detection("north", 1, question, 0));

                assertThat(refusal.reason()).isEqualTo(Reason.FAILED);
                assertThat(refusal).hasMessageContaining("direct buffer memory");
            }
        }
        assertThat(log.messages()).hasSize(5);
    }

    @Test
    void shouldLeaveNoQuestionUnansweredThatComesWhileItCloses() throws Exception {
        for (int round = 0; round < 300; round++) {
            Explainer explainer = new Explainer(ExplainerTest::noPackage, ANY_NUMBER_WAITS);
            CountDownLatch asking = new CountDownLatch(1);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
                awaitQuietly(asking);
                explainer.close();
            });
            List<CompletableFuture<?>> answers = new ArrayList<>();
            while (!closing.isDone() && answers.size() < 1000) {
                answers.add(explainer.detection("north", 1, 0, 0));
                asking.countDown();
            }

            assertThat(closing).succeedsWithin(Duration.ofSeconds(30));
            assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
        }
    }

    @Test
    void shouldRefuseQuestionsOnceItIsClosedHoweverOften() throws Exception {
        Explainer explainer = new Explainer(ExplainerTest::noPackage, ONE_WAITS);
        explainer.close();
        explainer.close();

        assertThat(refusal(explainer.detection("north", 1, 0, 0))).hasMessage("the service is stopping");
    }

    private static AnswerDesk noPackage() {
        throw new ModelPackageException("there is none");
    }

    private static NoAnswerException refusal(CompletableFuture<?> answer) throws Exception {
        try {
            throw new AssertionError("answered with " + answer.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return (NoAnswerException) e.getCause();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
