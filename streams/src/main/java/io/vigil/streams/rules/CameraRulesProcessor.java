package io.vigil.streams.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigil.schema.Camera;
import io.vigil.schema.RuleSet;
import io.vigil.schema.camera.CameraCheck;
import io.vigil.schema.camera.FieldProblem;
import io.vigil.schema.topic.CameraId;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.wire.WireFormatException;
import io.vigil.streams.admission.Progress;
import io.vigil.streams.logging.RepeatedWarnings;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.time.EventTime;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last sound record of each camera for the steps that apply its rules (docs/adr/0015-cameras-topic.md).
 *
 * <p>Rules that come after frames they were meant for change nothing of what was said about those; that is logged, as is what the
 * service cannot follow as it is meant.
 */
public final class CameraRulesProcessor implements Processor<byte[], byte[], String, Void> {

    private static final Logger LOG = LoggerFactory.getLogger(CameraRulesProcessor.class);

    private final Topic<Camera> cameras;
    private final RulesConfig config;
    private final RuleCheck check;
    private final RepeatedWarnings warnings;
    private CameraRulesStore rules;
    private KeyValueStore<String, Progress> progress;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    public CameraRulesProcessor(Topic<Camera> cameras, RulesConfig config, RuleCheck check, Clock clock) {
        this.cameras = cameras;
        this.config = config;
        this.check = check;
        this.warnings = new RepeatedWarnings(LOG, clock);
    }

    @Override
    public void init(ProcessorContext<String, Void> context) {
        this.rules = new CameraRulesStore(context, config);
        this.progress = context.getStateStore(StoreNames.PROGRESS);
        rules.forEach(this::tellProblemsOfLast);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        String camera = record.key() == null ? "" : new String(record.key(), UTF_8);
        if (!CameraId.isValid(camera)) {
            warnings.warn(cameras.name(), "a record whose key is no camera id is ignored");
        } else if (record.value() == null) {
            rules.put(camera, null);
        } else {
            read(camera, record.value()).ifPresent(sound -> {
                List<RuleSet> added = added(camera, sound);
                tellIfLate(camera, added);
                tellProblems(camera, added);
                rules.put(camera, sound);
            });
        }
    }

    private Optional<Camera> read(String camera, byte[] value) {
        String problem;
        try {
            Camera record = cameras.values().fromBytes(value);
            List<FieldProblem> problems = CameraCheck.problems(camera, record);
            if (problems.isEmpty()) {
                return Optional.of(record);
            }
            problem = problems.get(0).toString();
        } catch (WireFormatException e) {
            problem = String.valueOf(e.getMessage());
        }
        warnings.warn("camera " + camera, "its rules stay as they were, its record cannot be used: " + problem);
        return Optional.empty();
    }

    /** What the record says beyond the one before it. */
    private List<RuleSet> added(String camera, Camera record) {
        @Nullable Camera before = rules.get(camera);
        List<RuleSet> known = before == null ? List.of() : before.getRules();
        return record.getRules().stream()
                .filter(ruleSet -> !known.contains(ruleSet))
                .toList();
    }

    /** The model packages may be others than when the record came. */
    private void tellProblemsOfLast(String camera, Camera record) {
        List<RuleSet> ruleSets = record.getRules();
        tellProblems(camera, ruleSets.subList(Math.max(0, ruleSets.size() - 1), ruleSets.size()));
    }

    private void tellProblems(String camera, List<RuleSet> added) {
        List<String> problems = added.stream()
                .flatMap(ruleSet -> check.problems(RulesTimeline.read(ruleSet)).stream())
                .distinct()
                .toList();
        if (!problems.isEmpty()) {
            warnings.warn("camera %s, rules".formatted(camera), String.join("; ", problems));
        }
    }

    private void tellIfLate(String camera, List<RuleSet> added) {
        @Nullable Progress seen = progress.get(camera);
        if (seen == null) {
            return;
        }
        added.stream()
                .filter(ruleSet -> EventTime.micros(ruleSet.getValidFrom()) <= seen.lastTimeMicros())
                .findFirst()
                .ifPresent(late -> warnings.warn(
                        "camera " + camera,
                        "rules that hold from %s came after frames up to %s had been judged; only later ones are judged by them"
                                .formatted(late.getValidFrom(), EventTime.instant(seen.lastTimeMicros()))));
    }
}
