package io.vigil.streams.admission;

import io.vigil.schema.Frame;
import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.streams.ahead.BegunFrame;
import io.vigil.streams.ahead.LookAhead;
import io.vigil.streams.ahead.PartitionAhead;
import io.vigil.streams.deadletter.DeadLetterOutlet;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.CheckedFrame;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.GroupLimits;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.logging.RepeatedWarnings;
import io.vigil.streams.node.Nodes;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.state.FrameStore;
import io.vigil.streams.state.SilenceWatch;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.time.Stopwatch;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Skips the frames that are not analysed and decodes the others.
 *
 * <p>A dead letter leaves no trace: the progress moves on only when the picture has been decoded, so a broken frame does not
 * use up the analysis period or the sequence of a sound one. H.264 frames that are skipped are decoded all the same, for those after
 * them; the picture of one that is admitted goes on as JPEG, so that everything after this stage knows one encoding.
 */
public final class AdmissionProcessor implements Processor<String, CheckedFrame, @Nullable String, Object> {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionProcessor.class);

    private final Admission admission;
    private final GroupLimits groupLimits;
    private final Optional<LoadShedding> shedding;
    private final ThreadLocal<ThreadCommits> commits;
    private final LookAhead lookAhead;
    private final FrameCheck check;
    private final List<String> analyses;
    private final StageSettings settings;
    private final SilenceWatch silenceWatch;
    private final RepeatedWarnings warnings;
    private ProcessorContext<@Nullable String, Object> context;
    private DeadLetterOutlet outlet;
    private KeyValueStore<String, Progress> progress;
    private CameraGroups groups;
    private FrameDecoder decoder;
    private PartitionAhead ahead;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private AdmissionProcessor(
            AdmissionConfig config,
            GroupLimits groupLimits,
            ThreadLocal<ThreadCommits> commits,
            LookAhead lookAhead,
            FrameCheck check,
            List<String> analyses,
            StageSettings settings) {
        this.admission = new Admission(config.period());
        this.groupLimits = groupLimits;
        this.shedding = config.maxAge().map(LoadShedding::new);
        this.commits = commits;
        this.lookAhead = lookAhead;
        this.check = check;
        this.analyses = analyses;
        this.settings = settings;
        this.silenceWatch = new SilenceWatch(settings, this::forget);
        this.warnings = new RepeatedWarnings(LOG, settings.clock());
    }

    /**
     * The processor with its stores.
     *
     * @param groupLimits the longest groups of H.264 frames that are decoded
     * @param commitPolicy when results are committed
     * @param lookAhead begins the frame that comes next
     * @param check whether that is sound
     * @param analyses nodes that every admitted frame goes to, in this order
     */
    public static ProcessorSupplier<String, CheckedFrame, @Nullable String, Object> supplier(
            AdmissionConfig config,
            GroupLimits groupLimits,
            CommitPolicy commitPolicy,
            LookAhead lookAhead,
            FrameCheck check,
            List<String> analyses,
            StageSettings settings) {
        ThreadLocal<ThreadCommits> commits = ThreadLocal.withInitial(() -> new ThreadCommits(commitPolicy));
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, CheckedFrame, @Nullable String, Object> get() {
                return new AdmissionProcessor(config, groupLimits, commits, lookAhead, check, analyses, settings);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                // in this order in every process, for the description of the topology
                return new LinkedHashSet<>(List.of(
                        ProgressStore.builder(), FrameStore.builder(StoreNames.GROUP_FRAMES, settings.frames())));
            }
        };
    }

    @Override
    public void init(ProcessorContext<@Nullable String, Object> context) {
        this.context = context;
        this.outlet = new DeadLetterOutlet(settings.deadLetters(), context, settings.clock(), settings.metrics());
        this.progress = context.getStateStore(StoreNames.PROGRESS);
        this.groups = new CameraGroups(new FrameStore(context, StoreNames.GROUP_FRAMES), groupLimits);
        this.decoder = new FrameDecoder(settings.inputs());
        this.ahead = lookAhead.partition(context.taskId().partition(), check);
        silenceWatch.start(context, progress);
    }

    @Override
    public void process(Record<String, CheckedFrame> record) {
        long waited = settings.clock().millis() - record.timestamp();
        boolean isAnalysed = analyse(record);
        boolean isLast = ahead.isLastKnown(record.value().origin().offset());
        long now = settings.clock().millis();
        boolean due = isAnalysed
                ? commits.get().isDueAfterAnalysis(waited, now, isLast)
                : commits.get().isDueAfterOther(now, isLast);
        if (due) {
            context.commit();
        }
    }

    @Override
    public void close() {
        silenceWatch.close();
        ahead.close();
        groups.close();
        decoder.close();
    }

    /** False if the frame is skipped or broken. */
    private boolean analyse(Record<String, CheckedFrame> record) {
        CheckedFrame checked = record.value();
        @Nullable Progress before = progress.get(checked.camera());
        Admission.Decision decision = admission.decide(
                before, checked.stamp(), () -> groups.awaitsIdr(checked.frame()), () -> isShed(checked));
        if (decision.isNext()) {
            silenceWatch.seen(checked.camera());
        } else {
            tellIfOlder(checked, decision.after());
        }
        try (PartitionAhead.Turn turn =
                ahead.turn(checked.origin().offset(), checked.origin().value())) {
            Stopwatch stopwatch = new Stopwatch();
            if (decision.isNext()) {
                groups.follow(checked.frame());
            }
            if (decision.skipped().isPresent()) {
                save(checked.camera(), before, decision.after());
                skip(record, decision.skipped().get());
                return false;
            }
            CheckedFrame seen = checked.with(groups.seen(checked.frame()));
            Optional<BegunFrame> begun =
                    turn.frame(new Outlook(admission, progress::get, checked.camera(), decision.after()));
            AdmittedFrame admitted = begun.isPresent() ? admitted(seen, begun.get()) : decoded(seen, stopwatch);
            save(checked.camera(), before, decision.after());
            for (String analysis : analyses) {
                context.forward(record.withValue(admitted), analysis);
            }
            return true;
        } catch (RejectedFrameException e) {
            outlet.send(Optional.of(checked.camera()), checked.origin(), e);
            return false;
        }
    }

    /** The newer stream is forgotten once it has been silent, so that one which goes on without it is analysed again. */
    private void tellIfOlder(CheckedFrame frame, Progress progress) {
        if (frame.stamp().epoch() < progress.epoch()) {
            warnings.warn(
                    "camera %s, older stream".formatted(frame.camera()),
                    "frames of epoch %d are skipped as LATE, because frames of epoch %d have come: the clock of an ingest's host was ahead when that stream began, or two ingests capture the camera. They are analysed when none of the newer has come for %d s"
                            .formatted(
                                    frame.stamp().epoch(),
                                    progress.epoch(),
                                    settings.silence().toSeconds()));
        }
    }

    private AdmittedFrame admitted(CheckedFrame frame, BegunFrame begun) {
        settings.metrics().begunAhead();
        return new AdmittedFrame(frame, begun.picture(), Optional.of(begun.features()), begun.timings());
    }

    private AdmittedFrame decoded(CheckedFrame frame, Stopwatch stopwatch) throws RejectedFrameException {
        Picture picture = decoder.decode(frame.frame());
        stopwatch.lap("decode");
        return new AdmittedFrame(frame, picture, Optional.empty(), stopwatch.timings());
    }

    private boolean isShed(CheckedFrame frame) {
        long captured = TimeUnit.MICROSECONDS.toMillis(frame.stamp().timeMicros());
        return shedding.map(
                        limit -> limit.sheds(frame.camera(), settings.clock().millis() - captured))
                .orElse(false);
    }

    private void save(String camera, @Nullable Progress before, Progress after) {
        if (!after.equals(before)) {
            progress.put(camera, after);
        }
    }

    private void skip(Record<String, CheckedFrame> record, SkipReason reason) {
        Frame frame = record.value().frame();
        settings.metrics().skipped(frame.getCameraId(), reason);
        context.forward(
                record.withValue(new Skipped(
                        frame.getCameraId(), frame.getEpoch(), frame.getSequence(), frame.getCaptureTime(), reason)),
                Nodes.SKIPPED);
    }

    private void forget(String camera) {
        progress.delete(camera);
        groups.forget(camera);
        shedding.ifPresent(limit -> limit.forget(camera));
    }
}
