package io.vigil.console.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.console.results.ResultJson;
import io.vigil.schema.Actions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One picture on its way to a browser: four bytes length of the header (big-endian), the header as JSON in UTF-8, the JPEG.
 *
 * @param camera whose picture it is
 * @param bytes the message; read through {@link #content} only, since several viewers share it
 */
record PictureMessage(String camera, ByteBuffer bytes) {

    /**
     * The header is the detections' JSON with {@code action} (or null).
     *
     * @param clip the last one, which has a score
     */
    static PictureMessage of(Picture picture, Optional<Actions> clip) {
        ObjectNode header = ResultJson.of(picture.detections());
        header.putNull("action");
        clip.ifPresent(seen -> header.putObject("action")
                .put("label", seen.getScores().get(0).getLabel())
                .put("score", seen.getScores().get(0).getScore())
                .put("end_time_us", ChronoUnit.MICROS.between(Instant.EPOCH, seen.getEndTime())));
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer jpeg = picture.jpeg().duplicate();
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + json.length + jpeg.remaining());
        bytes.putInt(json.length).put(json).put(jpeg).flip();
        return new PictureMessage(picture.camera(), bytes);
    }

    /** The message, to be read independently of every other reader. */
    ByteBuffer content() {
        return bytes.asReadOnlyBuffer();
    }
}
