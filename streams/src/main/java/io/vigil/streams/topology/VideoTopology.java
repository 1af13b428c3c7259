package io.vigil.streams.topology;

import static io.vigil.streams.node.Nodes.ACTIONS;
import static io.vigil.streams.node.Nodes.ACTION_RULES;
import static io.vigil.streams.node.Nodes.ADMIT;
import static io.vigil.streams.node.Nodes.CAMERAS;
import static io.vigil.streams.node.Nodes.CAMERA_RULES;
import static io.vigil.streams.node.Nodes.CHECK;
import static io.vigil.streams.node.Nodes.DEAD_LETTERS;
import static io.vigil.streams.node.Nodes.DETECT;
import static io.vigil.streams.node.Nodes.DETECTIONS;
import static io.vigil.streams.node.Nodes.EVENTS;
import static io.vigil.streams.node.Nodes.FRAMES;
import static io.vigil.streams.node.Nodes.OBJECT_RULES;
import static io.vigil.streams.node.Nodes.RECOGNIZE;
import static io.vigil.streams.node.Nodes.SILENCE_RULE;
import static io.vigil.streams.node.Nodes.SKIPPED;
import static io.vigil.streams.node.Nodes.TRACK;

import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.admission.AdmissionConfig;
import io.vigil.streams.admission.AdmissionProcessor;
import io.vigil.streams.admission.CommitPolicy;
import io.vigil.streams.ahead.LookAhead;
import io.vigil.streams.clip.RecognitionProcessor;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.FrameCheckProcessor;
import io.vigil.streams.frame.FrameLimits;
import io.vigil.streams.frame.InputFit;
import io.vigil.streams.metrics.FrameMetrics;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.rules.ActionRulesProcessor;
import io.vigil.streams.rules.CameraRulesProcessor;
import io.vigil.streams.rules.CameraRulesStore;
import io.vigil.streams.rules.ObjectRulesProcessor;
import io.vigil.streams.rules.RuleCheck;
import io.vigil.streams.rules.RulesConfig;
import io.vigil.streams.rules.SilenceRuleProcessor;
import io.vigil.streams.state.StageSettings;
import io.vigil.streams.support.DetectionProcessor;
import io.vigil.streams.tracking.TrackingConfig;
import io.vigil.streams.tracking.TrackingProcessor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The path of a frame: {@code frames → check → admit → detect → track → detections}, and {@code admit → recognize → actions}. The rules look
 * on after {@code track}, {@code recognize} and {@code admit}, and write {@code events}; {@code cameras → camera-rules} keeps them as they
 * are changed.
 *
 * <p>What is broken leaves for {@code dead-letters}, what is sound but not analysed for {@code skipped}; every frame leaves once
 * (docs/adr/0006-one-outcome-per-frame.md). All is keyed by camera, and one task takes a frame all the way.
 */
public final class VideoTopology {

    private final Topics topics;
    private final FrameLimits limits;
    private final AdmissionConfig admission;
    private final CommitPolicy commits;
    private final DetectionProcessor.Setup detection;
    private final TrackingConfig tracking;
    private final Optional<RecognitionProcessor.Setup> recognition;
    private final LookAhead lookAhead;
    private final FrameCheck check;
    private final RulesConfig rules;
    private final RuleCheck ruleCheck;
    private final StageSettings settings;

    /**
     * @param commits when results are committed
     * @param tracking which detections are followed
     * @param recognition empty: no actions are recognized
     * @param lookAhead begins frames before their turn
     * @param rules what becomes an event
     * @param silence a camera without a frame for longer is forgotten
     * @param clock of the host
     * @param metrics is told of every outcome
     */
    public VideoTopology(
            Topics topics,
            FrameLimits limits,
            AdmissionConfig admission,
            CommitPolicy commits,
            DetectionProcessor.Setup detection,
            TrackingConfig tracking,
            Optional<RecognitionProcessor.Setup> recognition,
            LookAhead lookAhead,
            RulesConfig rules,
            Duration silence,
            Clock clock,
            FrameMetrics metrics) {
        this.topics = topics;
        this.limits = limits;
        this.admission = admission;
        this.commits = commits;
        this.detection = detection;
        this.tracking = tracking;
        this.recognition = recognition;
        this.lookAhead = lookAhead;
        this.check = new FrameCheck(topics.frames().values(), limits);
        this.rules = rules;
        this.ruleCheck =
                new RuleCheck(admission.period(), detection.model().manifest(), recognition.map(setup -> setup.model()
                        .manifest()));
        DeadLetters deadLetters = new DeadLetters(topics.deadLetters().maxMessageBytes());
        this.settings = new StageSettings(
                topics.frames(), inputs(detection, recognition), silence, deadLetters, clock, metrics);
    }

    public Topology build() {
        Topology topology = new Topology();
        readFrames(topology);
        check(topology);
        admit(topology);
        detect(topology);
        track(topology);
        recognition.ifPresent(setup -> recognize(topology, setup));
        applyRules(topology);
        followRules(topology);
        publish(topology, SKIPPED, topics.skipped(), ADMIT);
        publish(topology, DEAD_LETTERS, topics.deadLetters(), CHECK, ADMIT, DETECT);
        return topology;
    }

    /** As bytes: what cannot be read must become a dead letter, not an exception of the consumer. */
    private void readFrames(Topology topology) {
        topology.addSource(
                AutoOffsetReset.earliest(),
                FRAMES,
                new RecordTimestamp(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.frames().name());
    }

    private void check(Topology topology) {
        topology.addProcessor(
                CHECK,
                () -> new FrameCheckProcessor(check, settings.deadLetters(), settings.clock(), settings.metrics()),
                FRAMES);
    }

    private void admit(Topology topology) {
        List<String> analyses =
                recognition.isPresent() ? List.of(SILENCE_RULE, DETECT, RECOGNIZE) : List.of(SILENCE_RULE, DETECT);
        topology.addProcessor(
                ADMIT,
                AdmissionProcessor.supplier(admission, limits.group(), commits, lookAhead, check, analyses, settings),
                CHECK);
    }

    private void detect(Topology topology) {
        topology.addProcessor(DETECT, DetectionProcessor.supplier(detection, settings), ADMIT);
    }

    private void track(Topology topology) {
        topology.addProcessor(TRACK, TrackingProcessor.supplier(tracking, settings), DETECT);
        publish(topology, DETECTIONS, topics.detections(), TRACK);
    }

    private void recognize(Topology topology, RecognitionProcessor.Setup setup) {
        topology.addProcessor(RECOGNIZE, RecognitionProcessor.supplier(setup, settings), ADMIT);
        publish(topology, ACTIONS, topics.actions(), RECOGNIZE);
    }

    private void applyRules(Topology topology) {
        topology.addProcessor(SILENCE_RULE, SilenceRuleProcessor.supplier(rules, settings), ADMIT);
        topology.addProcessor(
                OBJECT_RULES, ObjectRulesProcessor.supplier(rules, tracking.maxLostMicros(), settings), TRACK);
        if (recognition.isPresent()) {
            topology.addProcessor(ACTION_RULES, ActionRulesProcessor.supplier(rules, settings), RECOGNIZE);
            publish(topology, EVENTS, topics.events(), SILENCE_RULE, OBJECT_RULES, ACTION_RULES);
        } else {
            publish(topology, EVENTS, topics.events(), SILENCE_RULE, OBJECT_RULES);
        }
    }

    /** Beside the frames of the same cameras, and before them; the steps above look the rules up by capture time. */
    private void followRules(Topology topology) {
        topology.addSource(
                AutoOffsetReset.earliest(),
                CAMERAS,
                new BeforeAllFrames(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.cameras().name());
        topology.addProcessor(
                CAMERA_RULES,
                () -> new CameraRulesProcessor(topics.cameras(), rules, ruleCheck, settings.clock()),
                CAMERAS);
        topology.connectProcessorAndStateStores(CAMERA_RULES, StoreNames.PROGRESS);
        topology.addStateStore(CameraRulesStore.builder(topics.cameras()), CAMERA_RULES, SILENCE_RULE, OBJECT_RULES);
        if (recognition.isPresent()) {
            topology.connectProcessorAndStateStores(ACTION_RULES, StoreNames.CAMERA_RULES);
        }
    }

    /** What decoded pictures are fitted into. */
    public static List<InputFit> inputs(
            DetectionProcessor.Setup detection, Optional<RecognitionProcessor.Setup> recognition) {
        return Stream.concat(
                        Stream.of(detection.model().manifest().input()),
                        recognition.stream().map(setup -> setup.model().input()))
                .toList();
    }

    private static void publish(Topology topology, String sink, Topic<?> topic, String... parents) {
        topology.addSink(
                sink, topic.name(), topic.keys().serializer(), topic.values().serializer(), parents);
    }
}
