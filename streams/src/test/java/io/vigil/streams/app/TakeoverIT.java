package io.vigil.streams.app;

import static io.vigil.streams.testing.FrameFixture.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.testing.BrokerRecords;
import io.vigil.streams.testing.FrameFixture;
import io.vigil.streams.testing.IsolatedService;
import io.vigil.streams.testing.Jpegs;
import io.vigil.streams.testing.TestBroker;
import io.vigil.streams.testing.TestPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an instance does that takes cameras over whose support frames are slow to compute again. */
class TakeoverIT {

    /** So many pictures of this size take longer than the transactions of this test may, and each much shorter. */
    private static final int SUPPORTS = 60;

    private static final byte[] PICTURE = Jpegs.noise(1280, 720);

    @TempDir
    private Path directory;

    @Test
    void shouldAnalyseEvenIfSupportsTakeLongerThanATransactionMay() throws Exception {
        List<FrameFixture> frames = IntStream.rangeClosed(0, SUPPORTS)
                .mapToObj(i -> frame(i, i * 100).size(1280, 720).image(PICTURE))
                .toList();
        String detection = "detection { package = \"%s\", slot = 100 ms }, recognition.package = null"
                .formatted(packageWithManySupports());
        try (TestBroker broker =
                TestBroker.start(directory, "transaction.abort.timed.out.transaction.cleanup.interval.ms=50")) {
            IsolatedService one = new IsolatedService(broker, directory.resolve("one"));
            Topics topics = one.topics();
            broker.create(topics, 1);
            BrokerRecords records = new BrokerRecords(broker);
            records.send(topics.frames(), frames.subList(0, SUPPORTS));
            try (VigilService service = one.start(detection)) {
                records.read(topics.detections(), SUPPORTS);
            }
            records.send(topics.frames(), frames.subList(SUPPORTS, SUPPORTS + 1));

            try (VigilService service = one.with(directory.resolve("other"))
                    .start(detection + ", commit-interval = 10 ms, kafka.producer.transaction.timeout.ms = 200")) {
                List<Detections> detections = records.read(topics.detections(), SUPPORTS + 1);

                assertThat(detections.get(SUPPORTS).getSupportSequences()).hasSize(SUPPORTS - 1);
            }
        }
    }

    private Path packageWithManySupports() throws IOException {
        Path copy = TestPackages.copy(TestPackages.DETECTION, Files.createDirectory(directory.resolve("package")));
        Path manifest = copy.resolve("manifest.json");
        String few = Files.readString(manifest);
        Files.writeString(manifest, few.replaceFirst("\"frames\": \\d+", "\"frames\": " + SUPPORTS));
        return copy;
    }
}
