package io.vigil.schema.topic;

import io.vigil.schema.Actions;
import io.vigil.schema.Camera;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Detections;
import io.vigil.schema.Event;
import io.vigil.schema.Frame;
import io.vigil.schema.Skipped;
import io.vigil.schema.Undelivered;
import io.vigil.schema.wire.AvroSerde;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.schema.wire.SchemaIds;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * All topics of one installation.
 *
 * @param cameras what is wanted of each camera; compacted
 * @param frames what the cameras saw
 * @param detections one record for every analysed frame
 * @param actions one record for every analysed clip
 * @param events what happened in front of the cameras, by their rules
 * @param skipped sound frames that were not analysed
 * @param deadLetters records that could not be analysed
 * @param undelivered events that a sink gave up
 */
public record Topics(
        Topic<Camera> cameras,
        Topic<Frame> frames,
        Topic<Detections> detections,
        Topic<Actions> actions,
        Topic<Event> events,
        Topic<Skipped> skipped,
        Topic<DeadLetter> deadLetters,
        Topic<Undelivered> undelivered) {

    /** The largest value of the frames topic, bytes: the picture and its Avro record. */
    public static final int MAX_FRAME_BYTES = 4 * 1024 * 1024;

    /** A dead letter carries the frame's bytes and its own record around them. */
    private static final int MAX_DEAD_LETTER_BYTES = MAX_FRAME_BYTES + 64 * 1024;

    private static final int MAX_RESULT_BYTES = 1024 * 1024;

    /** An undelivered event and its own record around it. */
    private static final int MAX_UNDELIVERED_BYTES = MAX_RESULT_BYTES + 64 * 1024;

    private static final Optional<Duration> FRAME_RETENTION = Optional.of(Duration.ofHours(24));
    private static final Optional<Duration> RESULT_RETENTION = Optional.of(Duration.ofDays(7));
    private static final Optional<Duration> COMPACTED = Optional.empty();

    /** The topics with their standard names, {@code vigil.frames} and so on, and the built-in schema ids. */
    public static Topics standard() {
        return withPrefix("vigil.", BuiltInSchemaIds.instance());
    }

    /**
     * The topics with other names.
     *
     * @param ids of their schemas; an external registry is asked for all of them
     */
    public static Topics withPrefix(String prefix, SchemaIds ids) {
        return new Topics(
                new Topic<>(
                        prefix + "cameras",
                        new AvroSerde<>(Camera.class, ids.ofTopic(prefix + "cameras")),
                        COMPACTED,
                        MAX_RESULT_BYTES),
                new Topic<>(
                        prefix + "frames",
                        new AvroSerde<>(Frame.class, ids.ofTopic(prefix + "frames")),
                        FRAME_RETENTION,
                        MAX_DEAD_LETTER_BYTES),
                new Topic<>(
                        prefix + "detections",
                        new AvroSerde<>(Detections.class, ids.ofTopic(prefix + "detections")),
                        RESULT_RETENTION,
                        MAX_RESULT_BYTES),
                new Topic<>(
                        prefix + "actions",
                        new AvroSerde<>(Actions.class, ids.ofTopic(prefix + "actions")),
                        RESULT_RETENTION,
                        MAX_RESULT_BYTES),
                new Topic<>(
                        prefix + "events",
                        new AvroSerde<>(Event.class, ids.ofTopic(prefix + "events")),
                        RESULT_RETENTION,
                        MAX_RESULT_BYTES),
                new Topic<>(
                        prefix + "skipped",
                        new AvroSerde<>(Skipped.class, ids.ofTopic(prefix + "skipped")),
                        RESULT_RETENTION,
                        MAX_RESULT_BYTES),
                new Topic<>(
                        prefix + "dead-letters",
                        new AvroSerde<>(DeadLetter.class, ids.ofTopic(prefix + "dead-letters")),
                        RESULT_RETENTION,
                        MAX_DEAD_LETTER_BYTES),
                new Topic<>(
                        prefix + "undelivered",
                        new AvroSerde<>(Undelivered.class, ids.ofTopic(prefix + "undelivered")),
                        RESULT_RETENTION,
                        MAX_UNDELIVERED_BYTES));
    }

    public List<Topic<? extends SpecificRecord>> all() {
        return List.of(cameras, frames, detections, actions, events, skipped, deadLetters, undelivered);
    }
}
