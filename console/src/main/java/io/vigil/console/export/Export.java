package io.vigil.console.export;

import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.console.process.StopSignal;
import io.vigil.schema.Frame;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.WireFormatException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is committed of a span of time to files, all or nothing, and says how far it is. */
public final class Export {

    private static final Logger LOG = LoggerFactory.getLogger(Export.class);

    /** So much before the span, the IDR frame of an H.264 camera is looked for. */
    private static final Duration LONGEST_GROUP = Duration.ofSeconds(30);

    private final ExportSettings settings;
    private final Topics topics;
    private final PrintWriter out;
    private final StopSignal stop;
    private final Progress progress;
    private final TreeSet<String> seen = new TreeSet<>();
    private long written;

    public Export(ExportSettings settings, Topics topics, PrintWriter out, StopSignal stop) {
        this.settings = settings;
        this.topics = topics;
        this.out = out;
        this.stop = stop;
        this.progress = new Progress(out, InstantSource.system());
    }

    /**
     * Runs the export; returns when all is written.
     *
     * @throws Failure if it was told to stop before, if Kafka does not answer, or if a file cannot be written
     */
    public void run() {
        try {
            switch (settings.format()) {
                case JSONL -> results(new JsonLinesWriter(settings.out()));
                case CSV -> results(new CsvWriter(settings.out()));
                case COCO_VID -> results(new CocoVideoWriter(settings.out()));
                case MP4 -> videos();
            }
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE, "--out: cannot write %s: %s".formatted(settings.out(), e.getMessage()), e);
        }
        settings.cameras().stream()
                .filter(camera -> !seen.contains(camera))
                .sorted()
                .forEach(camera -> say("nothing of camera %s in this time".formatted(camera)));
    }

    private void results(ResultWriter writer) throws IOException {
        try (writer) {
            read(
                    "results",
                    settings.span(),
                    Map.of(
                            topics.detections().name(),
                            reader(topics.detections(), record -> {
                                if (wants(record.getCameraId())) {
                                    writer.detections(record);
                                }
                            }),
                            topics.actions().name(),
                            reader(topics.actions(), record -> {
                                if (wants(record.getCameraId())) {
                                    writer.actions(record);
                                }
                            }),
                            topics.events().name(),
                            reader(topics.events(), record -> {
                                if (wants(record.getCameraId())) {
                                    writer.event(record);
                                }
                            })));
            writer.finish();
        }
        say("%d records written to %s".formatted(written, settings.out()));
    }

    private void videos() throws IOException {
        try (VideoWriter writer = new VideoWriter(settings.out())) {
            read("results", settings.span(), Map.of(topics.detections().name(), reader(topics.detections(), record -> {
                if (wants(record.getCameraId())) {
                    writer.detections(record);
                }
            })));
            read(
                    "frames",
                    settings.span().withLead(LONGEST_GROUP),
                    Map.of(topics.frames().name(), record -> {
                        Frame frame = topics.frames().values().fromBytes(record.value());
                        if (settings.wants(frame.getCameraId())
                                && !settings.span().contains(record.timestamp())) {
                            writer.leadIn(frame);
                        } else if (wants(frame.getCameraId())) {
                            writer.frame(frame);
                        }
                    }));
            writer.finish().forEach(this::say);
            if (writer.withoutFrame() > 0) {
                say("%d results belong to frames that Kafka no longer has".formatted(writer.withoutFrame()));
            }
        }
    }

    private boolean wants(String camera) {
        if (!settings.wants(camera)) {
            return false;
        }
        seen.add(camera);
        written++;
        return true;
    }

    private void read(String what, TimeSpan span, Map<String, RecordReader> readers) throws IOException {
        try (CommittedRecords records =
                CommittedRecords.open(settings.cluster(), new ArrayList<>(readers.keySet()), span)) {
            long remaining = records.remaining();
            while (remaining > 0) {
                endIfAsked();
                for (ConsumerRecord<byte[], byte[]> record : records.next()) {
                    RecordReader reader = readers.get(record.topic());
                    if (reader != null) {
                        read(reader, record);
                    }
                }
                remaining = records.remaining();
                progress.tell(what, records.total() - remaining, records.total());
            }
            endIfAsked();
        }
    }

    private void endIfAsked() {
        if (stop.isRequested()) {
            throw new Failure(ExitCode.FAILED, "stopped before the end; nothing was written");
        }
    }

    private static void read(RecordReader reader, ConsumerRecord<byte[], byte[]> record) throws IOException {
        try {
            reader.read(record);
        } catch (WireFormatException | IllegalArgumentException e) {
            LOG.warn(
                    "{}-{} offset {} is none of Vigil's records and left out: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private static <T extends SpecificRecord> RecordReader reader(Topic<T> topic, RecordSink<T> sink) {
        return record -> sink.write(topic.values().fromBytes(record.value()));
    }

    @FunctionalInterface
    private interface RecordReader {

        void read(ConsumerRecord<byte[], byte[]> record) throws IOException;
    }

    @FunctionalInterface
    private interface RecordSink<T> {

        void write(T record) throws IOException;
    }
}
