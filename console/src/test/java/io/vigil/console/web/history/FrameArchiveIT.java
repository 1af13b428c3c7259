package io.vigil.console.web.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.testing.H264Video;
import io.vigil.console.testing.TestService;
import io.vigil.console.web.FrameId;
import io.vigil.console.web.RecordReader;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topics;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameArchiveIT {

    @TempDir
    private Path directory;

    @Test
    void h264FrameShouldBeDecodedFromItsGroupOn() throws Exception {
        List<Frame> frames = new ArrayList<>(H264Video.write(directory.resolve("grey.mp4"), 40, 20)
                .frames("yard", Instant.now().truncatedTo(ChronoUnit.MILLIS)));
        Frame lost = frames.remove(25);
        try (EmbeddedBroker broker = TestService.broker(directory)) {
            Topics topics = TestService.topics(broker, "vigil.", 2);
            publish(broker, topics, frames);
            try (RecordReader reader = new RecordReader(Cluster.at(broker.bootstrap()))) {
                FrameArchive archive = new FrameArchive(topics.frames(), reader);

                Frame found = find(archive, frames.get(24)).orElseThrow();
                assertThat(ImageIO.read(new ByteArrayInputStream(
                                                found.getImage().array()))
                                        .getRGB(32, 24)
                                & 0xFF)
                        .isCloseTo(H264Video.level(24), within(H264Video.TOLERANCE));

                assertThat(find(archive, lost)).isEmpty();
                assertThat(find(archive, frames.get(30)))
                        .as("what it needs is lost")
                        .isEmpty();
            }
        }
    }

    private static Optional<Frame> find(FrameArchive archive, Frame frame) {
        return archive.find("yard", new FrameId(frame.getEpoch(), frame.getSequence()), frame.getCaptureTime());
    }

    private static void publish(EmbeddedBroker broker, Topics topics, List<Frame> frames) {
        try (Producer<String, byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            frames.forEach(frame -> producer.send(new ProducerRecord<>(
                    topics.frames().name(),
                    null,
                    frame.getCaptureTime().toEpochMilli(),
                    "yard",
                    topics.frames().values().toBytes(frame))));
            producer.flush();
        }
    }
}
