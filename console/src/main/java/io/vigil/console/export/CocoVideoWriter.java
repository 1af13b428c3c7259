package io.vigil.console.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.schema.Actions;
import io.vigil.schema.Box;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * COCO's JSON with videos, as data sets for video object detection have it: each stream epoch of a camera is a video, each
 * detections record an image of it, each box an annotation. Actions and events have no place in it.
 *
 * <p>{@code instance_id} stands for the track and is missing where there is none. Beyond the format, images have {@code epoch},
 * {@code sequence} and {@code capture_time_us}, annotations {@code score}. Pictures are named, {@code CAMERA/EPOCH/SEQUENCE.jpg}, but
 * not written. Memory grows with the number of tracks and epochs only.
 */
final class CocoVideoWriter implements ResultWriter {

    private static final JsonFactory JSON = new ObjectMapper().getFactory();

    private final UnfinishedFile file;
    private final Path annotationsFile;
    private final JsonGenerator main;
    private final JsonGenerator annotations;
    private final Map<String, Video> videos = new LinkedHashMap<>();
    private final Map<String, Integer> categories = new LinkedHashMap<>();
    private final Map<String, Integer> instances = new LinkedHashMap<>();
    private long images;
    private long boxes;

    CocoVideoWriter(Path target) throws IOException {
        file = new UnfinishedFile(target);
        main = JSON.createGenerator(Files.newBufferedWriter(file.part()));
        annotationsFile = Files.createTempFile(file.part().getParent(), "annotations-", ".part");
        annotations = JSON.createGenerator(Files.newBufferedWriter(annotationsFile));
        main.writeStartObject();
        main.writeArrayFieldStart("images");
        annotations.writeStartArray();
    }

    @Override
    public void detections(Detections detections) throws IOException {
        String name = detections.getCameraId() + "/" + detections.getEpoch();
        Video video = videos.computeIfAbsent(name, unused -> new Video(videos.size() + 1));
        long image = ++images;
        main.writeStartObject();
        main.writeNumberField("id", image);
        main.writeStringField("file_name", "%s/%06d.jpg".formatted(name, detections.getSequence()));
        main.writeNumberField("width", detections.getWidth());
        main.writeNumberField("height", detections.getHeight());
        main.writeNumberField("video_id", video.id);
        main.writeNumberField("frame_id", video.frames++);
        main.writeNumberField("epoch", detections.getEpoch());
        main.writeNumberField("sequence", detections.getSequence());
        main.writeNumberField("capture_time_us", micros(detections.getCaptureTime()));
        main.writeEndObject();
        for (Box box : detections.getBoxes()) {
            annotation(image, video.id, detections.getCameraId(), box);
        }
    }

    @Override
    public void actions(Actions actions) {}

    @Override
    public void event(Event event) {}

    @Override
    public void finish() throws IOException {
        annotations.writeEndArray();
        annotations.close();
        main.writeEndArray();
        main.writeFieldName("annotations");
        try (JsonParser written = JSON.createParser(annotationsFile.toFile())) {
            written.nextToken();
            main.copyCurrentStructure(written);
        }
        main.writeArrayFieldStart("videos");
        for (Map.Entry<String, Video> video : videos.entrySet()) {
            writeNamed(video.getValue().id, video.getKey());
        }
        main.writeEndArray();
        main.writeArrayFieldStart("categories");
        for (Map.Entry<String, Integer> category : categories.entrySet()) {
            writeNamed(category.getValue(), category.getKey());
        }
        main.writeEndArray();
        main.writeEndObject();
        main.close();
        file.complete();
    }

    @Override
    public void close() throws IOException {
        try (file;
                main) {
            annotations.close();
            Files.deleteIfExists(annotationsFile);
        }
    }

    private void annotation(long image, int video, String camera, Box box) throws IOException {
        annotations.writeStartObject();
        annotations.writeNumberField("id", ++boxes);
        annotations.writeNumberField("image_id", image);
        annotations.writeNumberField("video_id", video);
        annotations.writeNumberField("category_id", number(categories, box.getLabel()));
        annotations.writeArrayFieldStart("bbox");
        for (float value : new float[] {box.getX(), box.getY(), box.getW(), box.getH()}) {
            annotations.writeNumber(value);
        }
        annotations.writeEndArray();
        annotations.writeNumberField("area", box.getW() * box.getH());
        annotations.writeNumberField("iscrowd", 0);
        @Nullable String track = box.getTrackId();
        if (track != null) {
            annotations.writeNumberField("instance_id", number(instances, camera + "/" + track));
        }
        annotations.writeNumberField("score", box.getScore());
        annotations.writeEndObject();
    }

    private void writeNamed(int id, String name) throws IOException {
        main.writeStartObject();
        main.writeNumberField("id", id);
        main.writeStringField("name", name);
        main.writeEndObject();
    }

    /** From 1, in the order in which the names were first seen. */
    private static int number(Map<String, Integer> numbers, String name) {
        return numbers.computeIfAbsent(name, unused -> numbers.size() + 1);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static final class Video {

        private final int id;
        private long frames;

        Video(int id) {
            this.id = id;
        }
    }
}
