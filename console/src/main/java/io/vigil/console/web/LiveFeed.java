package io.vigil.console.web;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Gives pictures to all open pages. Frames are read from Kafka only while a page is open. Thread-safe. */
final class LiveFeed implements AutoCloseable {

    private final ConsoleSource source;
    private final Map<String, Viewer> viewers = new ConcurrentHashMap<>();
    private @Nullable FeedReader reader;

    LiveFeed(ConsoleSource source) {
        this.source = source;
    }

    /** A page was opened. */
    synchronized void add(String session, Viewer viewer) {
        viewers.put(session, viewer);
        startOrStopReading();
    }

    /** A page was closed. */
    synchronized void remove(String session) {
        viewers.remove(session);
        startOrStopReading();
    }

    @Nullable Viewer viewer(String session) {
        return viewers.get(session);
    }

    List<Viewer> viewers() {
        return List.copyOf(viewers.values());
    }

    @Override
    public synchronized void close() {
        viewers.clear();
        startOrStopReading();
    }

    private void startOrStopReading() {
        if (!viewers.isEmpty() && reader == null) {
            reader = FeedReader.start(source.bootstrap(), source.topics(), this::showToAll);
        } else if (viewers.isEmpty() && reader != null) {
            reader.close();
            reader = null;
        }
    }

    private void showToAll(PictureMessage picture) {
        viewers.values().forEach(viewer -> viewer.offer(picture));
    }
}
