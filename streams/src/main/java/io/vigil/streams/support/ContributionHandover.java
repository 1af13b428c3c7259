package io.vigil.streams.support;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import io.vigil.streams.detection.Contribution;
import io.vigil.streams.frame.FrameStamp;
import java.time.Duration;
import java.util.Map;

/**
 * What a closed task had computed of its cameras' support frames, for the task of this process that goes on with them. Thread-safe.
 *
 * <p>After a takeover all contributions of a camera are computed within one transaction, and Kafka ends that when it lasts too long: the
 * task is taken away and begins again. With these, each attempt goes on where the one before was stopped.
 */
final class ContributionHandover {

    /** Longer than it takes to join the group again, which may wait for the frames of other threads. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private final Cache<String, Map<FrameStamp, Contribution>> left;

    ContributionHandover(Ticker ticker) {
        this.left = Caffeine.newBuilder()
                .expireAfterWrite(KEPT)
                .ticker(ticker)
                .scheduler(Scheduler.systemScheduler())
                .build();
    }

    void leave(String camera, Map<FrameStamp, Contribution> contributions) {
        left.put(camera, Map.copyOf(contributions));
    }

    /** Empty if nothing was left, or that was too long ago; gives what there is once. */
    Map<FrameStamp, Contribution> take(String camera) {
        Map<FrameStamp, Contribution> taken = left.asMap().remove(camera);
        return taken == null ? Map.of() : taken;
    }
}
