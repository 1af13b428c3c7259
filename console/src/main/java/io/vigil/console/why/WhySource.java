package io.vigil.console.why;

import java.util.concurrent.CompletableFuture;

/** Whoever answers why: the explainer in this process, or a service elsewhere. Thread-safe; never waits. */
interface WhySource {

    /**
     * Why an object was found.
     *
     * @param box its number in the list of the frame's detections, from 0
     * @return never fails: a refusal is an answer, too
     */
    CompletableFuture<WhyAnswer> detection(String camera, long epoch, long sequence, int box);

    /**
     * Why an action was seen.
     *
     * @param endUs capture time of the clip's last frame, microseconds since 1970-01-01 UTC
     * @return never fails: a refusal is an answer, too
     */
    CompletableFuture<WhyAnswer> action(String camera, long epoch, long endUs);
}
