package io.vigil.console.export;

import io.vigil.schema.ActionScore;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Three tables: {@code detections.csv} with a row per box, {@code actions.csv} with a row per label of a clip, {@code events.csv}
 * with a row per record. Times in ISO 8601, boxes in pixels of the source picture.
 */
final class CsvWriter implements ResultWriter {

    private final CsvTable<BoxRow> boxes;
    private final CsvTable<ActionRow> actions;
    private final CsvTable<EventRow> events;

    CsvWriter(Path directory) throws IOException {
        boxes = new CsvTable<>(directory.resolve("detections.csv"), BoxRow.class);
        actions = new CsvTable<>(directory.resolve("actions.csv"), ActionRow.class);
        events = new CsvTable<>(directory.resolve("events.csv"), EventRow.class);
    }

    @Override
    public void detections(Detections detections) throws IOException {
        for (Box box : detections.getBoxes()) {
            boxes.add(new BoxRow(
                    detections.getCameraId(),
                    detections.getEpoch(),
                    detections.getSequence(),
                    detections.getCaptureTime().toString(),
                    box.getLabel(),
                    box.getScore(),
                    box.getX(),
                    box.getY(),
                    box.getW(),
                    box.getH(),
                    box.getTrackId()));
        }
    }

    @Override
    public void actions(Actions recognized) throws IOException {
        for (ActionScore score : recognized.getScores()) {
            actions.add(new ActionRow(
                    recognized.getCameraId(),
                    recognized.getEpoch(),
                    recognized.getStartTime().toString(),
                    recognized.getEndTime().toString(),
                    score.getLabel(),
                    score.getScore()));
        }
    }

    @Override
    public void event(Event event) throws IOException {
        Box box = event.getBox();
        events.add(new EventRow(
                event.getId(),
                event.getCameraId(),
                lowerCase(event.getKind()),
                event.getRule(),
                event.getStartTime().toString(),
                text(event.getEndTime()),
                event.getTrackId(),
                event.getLabel(),
                event.getScore(),
                event.getDirection() == null ? null : lowerCase(event.getDirection()),
                event.getCount(),
                box == null ? null : box.getX(),
                box == null ? null : box.getY(),
                box == null ? null : box.getW(),
                box == null ? null : box.getH(),
                event.getSnapshot().getEpoch(),
                event.getSnapshot().getSequence()));
    }

    @Override
    public void finish() throws IOException {
        boxes.finish();
        actions.finish();
        events.finish();
    }

    @Override
    public void close() throws IOException {
        try (boxes;
                actions) {
            events.close();
        }
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** One detected object. */
    record BoxRow(
            String camera,
            long epoch,
            long sequence,
            String captureTime,
            String label,
            float score,
            float x,
            float y,
            float w,
            float h,
            @Nullable String trackId) {}

    /** One label of one clip. */
    record ActionRow(String camera, long epoch, String startTime, String endTime, String label, float score) {}

    /** One record of an event; the snapshot is named by epoch and sequence. */
    record EventRow(
            String id,
            String camera,
            String kind,
            @Nullable String rule,
            String startTime,
            @Nullable String endTime,
            @Nullable String trackId,
            @Nullable String label,
            @Nullable Float score,
            @Nullable String direction,
            @Nullable Integer count,
            @Nullable Float x,
            @Nullable Float y,
            @Nullable Float w,
            @Nullable Float h,
            long epoch,
            long sequence) {}
}
