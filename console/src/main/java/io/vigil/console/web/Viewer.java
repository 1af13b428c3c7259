package io.vigil.console.web;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One open page. Of each camera at most one picture is on its way; while it is, only the newest further one waits. So a slow
 * browser sees fewer pictures, not older ones. Thread-safe.
 */
final class Viewer {

    private final Consumer<ByteBuffer> channel;
    private final Map<String, Lane> lanes = new HashMap<>();
    private Wish wish = Wish.only(Set.of());

    /**
     * A page that wants nothing yet.
     *
     * @param channel sends one message without waiting for it to arrive
     */
    Viewer(Consumer<ByteBuffer> channel) {
        this.channel = channel;
    }

    /** From now on the page wants the pictures of other cameras. */
    synchronized void wish(Wish cameras) {
        wish = cameras;
        lanes.forEach((camera, lane) -> {
            if (!wish.cameras().test(camera)) {
                lane.next = null;
            }
        });
    }

    synchronized void offer(PictureMessage picture) {
        if (!wish.cameras().test(picture.camera())) {
            return;
        }
        Lane lane = lanes.computeIfAbsent(picture.camera(), unused -> new Lane());
        if (lane.underWay) {
            lane.next = picture;
        } else {
            lane.underWay = true;
            channel.accept(picture.content());
        }
    }

    /** The browser has shown the last picture of {@code camera}. */
    synchronized void shown(String camera) {
        Lane lane = lanes.get(camera);
        if (lane == null) {
            return;
        }
        PictureMessage next = lane.next;
        lane.next = null;
        lane.underWay = next != null;
        if (next != null) {
            channel.accept(next.content());
        }
    }

    /** Whose pictures a page wants. */
    record Wish(Predicate<String> cameras) {

        static Wish all() {
            return new Wish(camera -> true);
        }

        static Wish only(Set<String> cameras) {
            return new Wish(Set.copyOf(cameras)::contains);
        }
    }

    private static final class Lane {
        private boolean underWay;
        private @Nullable PictureMessage next;
    }
}
