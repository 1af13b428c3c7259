package io.vigil.console.web.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.ConflictResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import io.vigil.console.web.Routes;
import io.vigil.console.web.service.DeadLetters.Position;
import io.vigil.schema.DeadLetter;
import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.wire.WireFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The newest dead letters, their bytes, and sending them again. */
final class DeadLetterRoutes implements Routes {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ALL = "/api/dead-letters";
    private static final String ONE = ALL + "/{partition}/{offset}/";
    private static final int DUMPED_BYTES = 512;

    private final DeadLetters letters;
    private final Redrive redrive;
    private final Topic<Frame> frames;

    DeadLetterRoutes(DeadLetters letters, Redrive redrive, Topic<Frame> frames) {
        this.letters = letters;
        this.redrive = redrive;
        this.frames = frames;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(ALL, this::list);
        routes.get(ONE + "picture", this::picture);
        routes.get(ONE + "bytes", this::dump);
        routes.post(ONE + "redrive", this::send);
    }

    private void list(Context request) {
        ArrayNode json = JSON.createArrayNode();
        for (DeadLetters.Entry entry : letters.newest()) {
            DeadLetter letter = entry.letter();
            ObjectNode one = json.addObject()
                    .put("partition", entry.position().partition())
                    .put("offset", entry.position().offset())
                    .put("reason", letter.getReason().name())
                    .put("message", letter.getMessage())
                    .put("camera", text(letter.getKey()))
                    .put("time_ms", letter.getTimestamp().toEpochMilli())
                    .put("value_size", letter.getValueSize())
                    .put("has_bytes", entry.hasBytes());
            one.putObject("origin")
                    .put("topic", letter.getTopic())
                    .put("partition", letter.getPartition())
                    .put("offset", letter.getOffset());
        }
        request.contentType("application/json").result(json.toString());
    }

    /** The picture in the record, broken as it may be. */
    private void picture(Context request) {
        byte[] image = imageIn(bytes(request))
                .orElseThrow(() -> new NotFoundResponse("the record's bytes are no frame, so there is no picture"));
        request.contentType("image/jpeg").result(image);
    }

    private void dump(Context request) {
        request.contentType("text/plain; charset=utf-8").result(Hexdump.of(bytes(request), DUMPED_BYTES));
    }

    private void send(Context request) throws InterruptedException {
        try {
            RecordMetadata sent = redrive.send(letter(request));
            ObjectNode json = JSON.createObjectNode()
                    .put("topic", sent.topic())
                    .put("partition", sent.partition())
                    .put("offset", sent.offset());
            request.contentType("application/json").result(json.toString());
        } catch (IllegalArgumentException e) {
            throw new ConflictResponse(String.valueOf(e.getMessage()));
        } catch (KafkaException e) {
            throw new ServiceUnavailableResponse(String.valueOf(e.getMessage()));
        }
    }

    private DeadLetter letter(Context request) {
        Position position;
        try {
            position = new Position(
                    Integer.parseInt(request.pathParam("partition")), Long.parseLong(request.pathParam("offset")));
        } catch (NumberFormatException e) {
            throw new BadRequestResponse("partition and offset must be whole numbers");
        }
        return letters.at(position).orElseThrow(() -> new NotFoundResponse("Kafka holds no dead letter there"));
    }

    private byte[] bytes(Context request) {
        ByteBuffer value = letter(request).getValue();
        if (value == null) {
            throw new NotFoundResponse("the dead letter does not carry the record's bytes");
        }
        return copy(value);
    }

    private Optional<byte[]> imageIn(byte[] record) {
        try {
            Frame frame = frames.values().fromBytes(record);
            if (frame.getEncoding() == FrameEncoding.H264) {
                throw new NotFoundResponse("an H.264 frame is no picture without those before it; look at its bytes");
            }
            return Optional.of(copy(frame.getImage()));
        } catch (WireFormatException notAFrame) {
            return Optional.empty();
        }
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static @Nullable String text(@Nullable ByteBuffer key) {
        return key == null
                ? null
                : StandardCharsets.UTF_8.decode(key.duplicate()).toString();
    }
}
