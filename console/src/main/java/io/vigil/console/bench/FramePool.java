package io.vigil.console.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.producers.app.Ingest;
import io.vigil.producers.app.IngestConfig;
import io.vigil.producers.camera.CameraConfig;
import io.vigil.producers.capture.Backpressure;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Frames of a video as its capture sends them, to be sent again as those of any camera.
 *
 * @param frames in the order of the video
 */
record FramePool(List<Frame> frames) {

    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Captures a video once.
     *
     * @param topic an empty topic of one partition for it alone
     * @throws Failure if the video gives no frames
     */
    static FramePool capture(CameraConfig camera, String bootstrap, Topic<Frame> topic) throws InterruptedException {
        try (Ingest ingest = Ingest.start(
                IngestConfig.of(List.of(camera), bootstrap), topic, Backpressure.none(), new SimpleMeterRegistry())) {
            while (!ingest.finished()) {
                Thread.sleep(POLL.toMillis());
            }
        }
        List<Frame> frames = read(bootstrap, topic);
        if (frames.isEmpty()) {
            throw new Failure(ExitCode.UNAVAILABLE, "%s gives no frames".formatted(camera.source()));
        }
        return new FramePool(frames);
    }

    /**
     * A frame of the pool, which it goes through again and again, as a frame of a camera.
     *
     * @param epoch stream epoch, microseconds since 1970
     */
    Frame frame(String camera, long epoch, long sequence, Instant captureTime) {
        Frame original = frames.get(Math.floorMod(sequence + camera.hashCode(), frames.size()));
        return Frame.newBuilder(original)
                .setCameraId(camera)
                .setEpoch(epoch)
                .setSequence(sequence)
                .setCaptureTime(captureTime)
                .build();
    }

    private static List<Frame> read(String bootstrap, Topic<Frame> topic) {
        List<Frame> frames = new ArrayList<>();
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        try (KafkaConsumer<String, Frame> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap),
                new StringDeserializer(),
                topic.values().deserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            consumer.seekToBeginning(List.of(partition));
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, Frame> record : consumer.poll(POLL)) {
                    frames.add(record.value());
                }
            }
        }
        return frames;
    }
}
