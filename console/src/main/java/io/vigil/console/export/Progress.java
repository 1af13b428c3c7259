package io.vigil.console.export;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Says every few seconds how far a reading is. */
final class Progress {

    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final PrintWriter out;
    private final InstantSource clock;
    private Instant last;

    Progress(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.last = clock.instant();
    }

    void tell(String what, long read, long total) {
        Instant now = clock.instant();
        if (Duration.between(last, now).compareTo(INTERVAL) >= 0) {
            last = now;
            out.println("%s: %d of %d records read (%d %%)".formatted(what, read, total, 100 * read / total));
            out.flush();
        }
    }
}
