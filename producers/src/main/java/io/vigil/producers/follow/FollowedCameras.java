package io.vigil.producers.follow;

import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.camera.SourceUri;
import io.vigil.producers.publish.Complaint;
import io.vigil.schema.Camera;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.wire.WireFormatException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the cameras of an ingest to what the records of the topic ask for.
 *
 * <p>A record that only changes rules changes nothing here. One that is not sound is complained about, and its camera stays as it
 * was. A camera of the configuration file is not the topic's to change. Not thread-safe.
 */
public final class FollowedCameras {

    private static final Logger log = LoggerFactory.getLogger(FollowedCameras.class);
    /** Whoever makes up camera ids must not fill the memory. */
    private static final int MAX_COMPLAINTS = 1000;

    private final Topic<Camera> topic;
    private final Set<CameraId> configured;
    private final RecordedCamera recorded;
    private final CameraChanges changes;
    private final Map<CameraId, Wanted> wanted = new HashMap<>();
    private final Map<String, Complaint> complaints = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Complaint> eldest) {
            return size() > MAX_COMPLAINTS;
        }
    };

    /**
     * @param configured cameras of the configuration file
     */
    public FollowedCameras(
            Topic<Camera> topic, Set<CameraId> configured, RecordedCamera recorded, CameraChanges changes) {
        this.topic = topic;
        this.configured = Set.copyOf(configured);
        this.recorded = recorded;
        this.changes = changes;
    }

    /** Takes in the last record of every key: cameras that have none any more are removed. */
    void replaceAll(Map<String, byte[]> records) {
        List.copyOf(wanted.keySet()).stream()
                .filter(known -> !records.containsKey(known.value()))
                .forEach(this::remove);
        records.forEach(this::change);
    }

    /**
     * Takes in the next record of a key.
     *
     * @param value null removes the camera
     */
    void change(String key, byte @Nullable [] value) {
        if (value == null) {
            if (CameraId.isValid(key)) {
                remove(new CameraId(key));
            }
            return;
        }
        try {
            Camera camera = topic.values().fromBytes(value);
            Optional<CameraConfig> config = recorded.read(key, camera);
            CameraId id = new CameraId(key);
            if (config.isEmpty()) {
                remove(id);
            } else if (configured.contains(id)) {
                complain(key, "it is in the configuration file, so the source in its record is not used");
            } else {
                bring(id, new Wanted(config.get(), camera.getPaused()));
            }
        } catch (WireFormatException | IllegalArgumentException e) {
            complain(key, SourceUri.maskUrls(String.valueOf(e.getMessage())));
        }
    }

    private void bring(CameraId id, Wanted now) {
        if (now.equals(wanted.put(id, now))) {
            return;
        }
        if (now.paused()) {
            log.info("camera {}: paused", id);
            changes.pause(id);
        } else {
            log.info("{}", now.config());
            changes.capture(now.config());
        }
    }

    private void remove(CameraId id) {
        if (wanted.remove(id) != null) {
            log.info("camera {}: removed", id);
            changes.remove(id);
        }
    }

    private void complain(String key, String message) {
        if (complaints
                .computeIfAbsent(key + ": " + message, unused -> new Complaint())
                .isDue()) {
            log.warn(
                    "camera \"{}\" stays as it was: its record in {} cannot be used: {}",
                    shown(key),
                    topic.name(),
                    message);
        }
    }

    /** A key may be anything; a line of the log is one line. */
    private static String shown(String key) {
        String printable = key.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= 128 ? printable : printable.substring(0, 128) + "...";
    }

    private record Wanted(CameraConfig config, boolean paused) {}
}
