package io.vigil.console.onvif;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one reader of a camera's stream is still to get. When it is slow, the oldest documents are dropped. Thread-safe. */
final class MetadataReader {

    /** Some seconds of a camera. */
    static final int CAPACITY = 64;

    private final String camera;
    private final BlockingQueue<String> pending = new ArrayBlockingQueue<>(CAPACITY);

    MetadataReader(String camera) {
        this.camera = camera;
    }

    String camera() {
        return camera;
    }

    /** Called by one thread only. */
    void offer(String document) {
        while (!pending.offer(document)) {
            pending.poll();
        }
    }

    /** The next document; null when none came in time. */
    @Nullable String next(Duration timeout) throws InterruptedException {
        return pending.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
