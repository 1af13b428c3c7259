package io.vigil.console.web;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One open page. Of each camera at most one picture is on its way; while it is, only the newest further one waits. So a slow
 * browser sees fewer pictures, not older ones. Thread-safe.
 */
final class Viewer {

    private final Consumer<ByteBuffer> channel;
    private final Map<String, Lane> lanes = new HashMap<>();

    /**
     * @param channel sends one message without waiting for it to arrive
     */
    Viewer(Consumer<ByteBuffer> channel) {
        this.channel = channel;
    }

    synchronized void offer(PictureMessage picture) {
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

    private static final class Lane {
        private boolean underWay;
        private @Nullable PictureMessage next;
    }
}
