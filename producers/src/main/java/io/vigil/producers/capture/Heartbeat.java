package io.vigil.producers.capture;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When one camera's pictures came, and since when the next is awaited. Guarded by its owner. */
final class Heartbeat {

    private @Nullable Long awaitedSince;
    private @Nullable Long liveSince;
    private @Nullable Long lastPicture;

    /** A connection begins. */
    void connecting() {
        liveSince = null;
        awaiting();
    }

    /** The capture thread asks its source for a picture. */
    void awaiting() {
        awaitedSince = System.nanoTime();
    }

    /** A picture came; whether it is the first of its connection. */
    boolean picture() {
        long now = System.nanoTime();
        awaitedSince = null;
        lastPicture = now;
        if (liveSince != null) {
            return false;
        }
        liveSince = now;
        return true;
    }

    /** Nobody waits for a picture any more. */
    void stopped() {
        awaitedSince = null;
    }

    /** How long a picture has been awaited; zero if the source is not to blame for the lack of one. */
    Duration awaited() {
        return since(awaitedSince);
    }

    /** How long the connection has been giving pictures. */
    Duration lived() {
        return since(liveSince);
    }

    /** Time since the last picture of any connection, milliseconds; empty before the first. */
    OptionalLong ageMillis() {
        return lastPicture == null
                ? OptionalLong.empty()
                : OptionalLong.of(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastPicture));
    }

    private static Duration since(@Nullable Long nanoTime) {
        return nanoTime == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - nanoTime);
    }
}
