package io.vigil.streams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.ActionRule;
import io.vigil.schema.Camera;
import io.vigil.schema.RuleSet;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.node.StoreNames;
import io.vigil.streams.testing.CameraFixture;
import io.vigil.streams.testing.LogLines;
import io.vigil.streams.testing.TestPackages;
import io.vigil.streams.time.Slots;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** A restart with records in the store; live records are in the tests of the topology. */
class CameraRulesProcessorTest {

    private static final Topics TOPICS = Topics.standard();
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final MockProcessorContext<String, Void> context = new MockProcessorContext<>();

    @Test
    void shouldWarnWhenTheModelsCannotFollowTheLastRulesOfACameraAnyMore() {
        open(CameraRulesStore.builder(TOPICS.cameras()));
        open(Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(StoreNames.PROGRESS), Serdes.String(), Serdes.Bytes()));
        KeyValueStore<String, Camera> records = context.getStateStore(StoreNames.CAMERA_RULES);
        records.put("north", CameraFixture.camera("north", falling(0)));
        records.put("south", CameraFixture.camera("south", falling(0), none(1_000)));
        records.put("bare", CameraFixture.camera("bare"));

        try (LogLines log = LogLines.of(CameraRulesProcessor.class);
                DetectionModel detector = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE)) {
            RuleCheck check = new RuleCheck(Slots.perSecond(BigDecimal.TEN), detector.manifest(), Optional.empty());
            new CameraRulesProcessor(TOPICS.cameras(), new RulesConfig(0, Map.of()), check, Clock.systemUTC())
                    .init(context);

            assertThat(log.messages())
                    .containsExactly("camera north, rules: action fall: no actions are recognized without"
                            + " recognition.package");
        }
    }

    private void open(StoreBuilder<?> builder) {
        StateStore store = builder.withCachingDisabled().withLoggingDisabled().build();
        store.init(context.getStateStoreContext(), store);
    }

    private static RuleSet falling(int fromMillis) {
        return RuleSet.newBuilder(none(fromMillis))
                .setActions(List.of(new ActionRule("fall", "falling", 0.5, 0.4, 0L, 5_000L)))
                .build();
    }

    private static RuleSet none(int fromMillis) {
        return CameraFixture.noRules(START.plusMillis(fromMillis));
    }
}
