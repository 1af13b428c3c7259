package io.vigil.console.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives pictures to all open pages, and once a second what each camera does. Frames are read from Kafka only while a page is open.
 * Thread-safe.
 */
final class LiveFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long STATES_INTERVAL_MS = 1000;

    private final ConsoleSource source;
    private final CameraStates states;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "page-states");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable FeedReader reader;

    LiveFeed(ConsoleSource source, CameraStates states) {
        this.source = source;
        this.states = states;
        teller.scheduleAtFixedRate(this::tellStates, STATES_INTERVAL_MS, STATES_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /**
     * A page was opened.
     *
     * @param texts sends one message without waiting for it to arrive
     */
    synchronized void add(String session, Viewer viewer, Consumer<String> texts) {
        texts.accept(statesNow());
        pages.put(session, new Page(viewer, texts));
        startOrStopReading();
    }

    /** A page was closed. */
    synchronized void remove(String session) {
        pages.remove(session);
        startOrStopReading();
    }

    int openPages() {
        return pages.size();
    }

    @Nullable Viewer viewer(String session) {
        Page page = pages.get(session);
        return page == null ? null : page.viewer();
    }

    @Override
    public synchronized void close() {
        teller.shutdownNow();
        pages.clear();
        startOrStopReading();
    }

    private void startOrStopReading() {
        if (!pages.isEmpty() && reader == null) {
            reader = FeedReader.start(source, states, this::showToAll);
        } else if (pages.isEmpty() && reader != null) {
            reader.close();
            reader = null;
        }
    }

    private void showToAll(PictureMessage picture) {
        pages.values().forEach(page -> page.viewer().offer(picture));
    }

    private void tellStates() {
        if (!pages.isEmpty()) {
            String message = statesNow();
            pages.values().forEach(page -> tell(page, message));
        }
    }

    private static void tell(Page page, String message) {
        try {
            page.texts().accept(message);
        } catch (RuntimeException e) {
            LOG.debug("a page that is about to close was not told", e);
        }
    }

    private String statesNow() {
        ObjectNode message = JSON.createObjectNode();
        ArrayNode cameras = message.putArray("cameras");
        for (CameraState state : states.at(Instant.now())) {
            ObjectNode camera = cameras.addObject()
                    .put("camera", state.camera())
                    .put("state", state.kind().name().toLowerCase(Locale.ROOT))
                    .put("reason", state.reason())
                    .put("age_ms", state.ageMillis())
                    .put("analysed_per_s", state.analysedPerSecond())
                    .putNull("frames_per_s")
                    .putNull("latency_ms");
            state.framesPerSecond().ifPresent(rate -> camera.put("frames_per_s", rate));
            state.latencyMillis().ifPresent(millis -> camera.put("latency_ms", millis));
        }
        return message.toString();
    }

    private record Page(Viewer viewer, Consumer<String> texts) {}
}
