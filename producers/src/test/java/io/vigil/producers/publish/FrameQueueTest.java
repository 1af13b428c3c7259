package io.vigil.producers.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vigil.producers.testing.Frames;
import io.vigil.schema.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameQueueTest {

    private final FrameCounters counters = new FrameCounters();
    private final List<FrameQueue> announced = new ArrayList<>();

    @Test
    void shouldDropTheOldestWhenFullAndCountIt() throws Exception {
        FrameQueue queue = queue(2, false);

        for (int i = 0; i < 5; i++) {
            queue.add(Frames.frame(i, 10));
        }

        assertThat(queue.take().getSequence()).isEqualTo(3);
        assertThat(queue.take().getSequence()).isEqualTo(4);
        assertThat(queue.take()).isNull();
        assertThat(counters.dropped()).containsEntry(DropReason.QUEUE_FULL, 3L);
    }

    @Test
    void shouldDropAllThatNeedsADroppedFrameUpToTheNextIdrFrame() throws Exception {
        FrameQueue queue = queue(4, false);

        for (int i = 0; i < 8; i++) {
            queue.add(Frames.h264(i, i < 6 ? 0 : 6));
        }

        assertThat(queue.take().getSequence()).isEqualTo(6);
        assertThat(queue.take().getSequence()).isEqualTo(7);
        assertThat(queue.take()).isNull();
        assertThat(counters.dropped())
                .containsEntry(DropReason.QUEUE_FULL, 1L)
                .containsEntry(DropReason.AWAITING_IDR, 5L);
    }

    @Test
    void shouldDropWhatNeedsAFrameThatKafkaRefused() throws Exception {
        FrameQueue queue = queue(10, false);
        Frame first = Frames.h264(0, 0);
        queue.add(first);
        queue.add(Frames.h264(1, 0));
        queue.take();

        queue.settle(first, DropReason.SEND_FAILED);
        queue.add(Frames.h264(2, 0));
        queue.add(Frames.h264(3, 3));

        assertThat(queue.take().getSequence()).isEqualTo(3);
        assertThat(counters.dropped())
                .containsEntry(DropReason.SEND_FAILED, 1L)
                .containsEntry(DropReason.AWAITING_IDR, 2L);
    }

    @Test
    void shouldHoldBackWhatExceedsTheBytesUnderWayButAlwaysLetOneFrameGo() throws Exception {
        FrameQueue queue = queue(10, false);
        Frame large = Frames.frame(0, 5_000);
        queue.add(large);
        queue.add(Frames.frame(1, 10));

        assertThat(queue.take()).isSameAs(large);
        assertThat(queue.take()).isNull();
        queue.settle(large, null);

        assertThat(queue.take().getSequence()).isEqualTo(1);
    }

    @Test
    void shouldBeAnnouncedOncePerThingToSend() throws Exception {
        FrameQueue queue = queue(10, false);

        queue.add(Frames.frame(0, 10));
        queue.add(Frames.frame(1, 10));
        assertThat(announced).hasSize(1);
        queue.take();
        assertThat(announced).hasSize(2);
        queue.take();
        assertThat(announced).hasSize(2);
    }

    @Test
    void shouldMakeALosslessCameraWaitInsteadOfDropping() throws Exception {
        FrameQueue queue = queue(1, true);
        queue.add(Frames.frame(0, 10));
        Thread camera = new Thread(() -> addQuietly(queue, Frames.frame(1, 10)));
        camera.start();
        await().until(() -> camera.getState() == Thread.State.WAITING);

        assertThat(queue.take().getSequence()).isZero();

        camera.join(5_000);
        assertThat(queue.take().getSequence()).isEqualTo(1);
        assertThat(counters.dropped())
                .allSatisfy((reason, count) -> assertThat(count).isZero());
    }

    @Test
    void shouldAccountForTheFrameOfACameraThatIsInterruptedWhileItWaits() throws Exception {
        FrameQueue queue = queue(1, true);
        queue.add(Frames.frame(0, 10));
        Thread camera = new Thread(() -> addQuietly(queue, Frames.frame(1, 10)));
        camera.start();
        await().until(() -> camera.getState() == Thread.State.WAITING);

        camera.interrupt();

        camera.join(5_000);
        assertThat(counters.dropped()).containsEntry(DropReason.CLOSED, 1L);
    }

    @Test
    void shouldAccountForEveryFrameWhateverHappens() throws Exception {
        Random random = new Random(7);
        FrameQueue queue = queue(4, false);
        Queue<Frame> underWay = new ArrayDeque<>();
        for (int i = 0; i < 5_000; i++) {
            counters.countCaptured();
            queue.add(i % 2 == 0 ? Frames.frame(i, random.nextInt(400)) : Frames.h264(i, i / 20 * 20));
            while (random.nextBoolean()) {
                Frame frame = queue.take();
                if (frame != null) {
                    underWay.add(frame);
                }
            }
            while (!underWay.isEmpty() && random.nextBoolean()) {
                queue.settle(underWay.remove(), random.nextInt(4) == 0 ? DropReason.SEND_FAILED : null);
            }
            if (i == 4_000) {
                queue.close();
            }
        }
        underWay.forEach(frame -> queue.settle(frame, DropReason.SEND_FAILED));

        assertThat(counters.dropped().values())
                .allSatisfy(count -> assertThat(count).isNotNegative());
        assertThat(counters.dropped()).containsEntry(DropReason.TOO_LARGE, 0L);
        assertThat(counters.dropped().get(DropReason.QUEUE_FULL)).isPositive();
        assertThat(counters.dropped().get(DropReason.CLOSED)).isGreaterThanOrEqualTo(999);
        assertThat(counters.published()
                        + counters.dropped().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .isEqualTo(counters.captured())
                .isEqualTo(5_000);
    }

    private FrameQueue queue(int capacity, boolean lossless) {
        return new FrameQueue(capacity, 1_000, lossless, counters, announced::add);
    }

    private static void addQuietly(FrameQueue queue, Frame frame) {
        try {
            queue.add(frame);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
