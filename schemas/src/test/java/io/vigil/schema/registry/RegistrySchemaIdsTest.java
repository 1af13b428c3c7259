package io.vigil.schema.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vigil.schema.SkipReason;
import io.vigil.schema.Skipped;
import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.AvroSerde;
import io.vigil.schema.wire.WireFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrySchemaIdsTest {

    private static final Skipped SKIPPED = new Skipped("north", 7L, 3L, Instant.EPOCH, SkipReason.LATE);

    private static final Duration LIMIT = Duration.ofSeconds(3);

    private WritableRegistry registry;
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void start() throws IOException {
        registry = WritableRegistry.start();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void everyTopicShouldBeRegisteredUnderItsOwnName() {
        Topics topics = Topics.withPrefix("site.", ids());

        assertThat(registry.requests())
                .containsExactlyElementsOf(topics.all().stream()
                        .map(topic -> "POST /registry/subjects/%s-value/versions".formatted(topic.name()))
                        .toList());
    }

    @Test
    void recordsShouldHaveTheRegistrysIdsAndBeReadWithoutAskingAgain() {
        Topic<Skipped> topic = Topics.withPrefix("site.", ids()).skipped();
        int requests = registry.requests().size();

        byte[] bytes = topic.values().toBytes(SKIPPED);

        assertThat(ByteBuffer.wrap(bytes).getInt(1)).isBetween(100, 106);
        assertThat(topic.values().fromBytes(bytes)).isEqualTo(SKIPPED);
        assertThat(registry.requests()).hasSize(requests);
    }

    @Test
    void unknownIdsShouldBeFetchedOnce() {
        byte[] written = Topics.withPrefix("site.", ids()).skipped().values().toBytes(SKIPPED);
        int id = ByteBuffer.wrap(written).getInt(1);
        RegistrySchemaIds another = ids();

        assertThat(another.schemaOf(id))
                .hasValueSatisfying(schema -> assertThat(schema.getName()).isEqualTo("Skipped"));
        assertThat(another.schemaOf(id)).isPresent();
        assertThat(registry.requests())
                .filteredOn(request -> request.equals("GET /registry/schemas/ids/" + id))
                .hasSize(1);
    }

    @Test
    void recordsFromBeforeTheRegistryShouldStillBeRead() {
        byte[] before = AvroSerde.builtIn(Skipped.class).toBytes(SKIPPED);

        assertThat(Topics.withPrefix("site.", ids()).skipped().values().fromBytes(before))
                .isEqualTo(SKIPPED);
    }

    @Test
    void idThatNobodyKnowsShouldBeAskedForOnceAMinute() {
        AvroSerde<Skipped> values = Topics.withPrefix("site.", ids()).skipped().values();
        byte[] bytes = values.toBytes(SKIPPED);
        ByteBuffer.wrap(bytes).putInt(1, 4711);
        int requests = registry.requests().size();

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> values.fromBytes(bytes)).isInstanceOf(WireFormatException.class);
        }
        assertThat(registry.requests()).hasSize(requests + 1);
        now = now.plusSeconds(61);
        assertThatThrownBy(() -> values.fromBytes(bytes)).isInstanceOf(WireFormatException.class);
        assertThat(registry.requests()).hasSize(requests + 2);
    }

    @Test
    void refusalShouldHaveTheRegistrysWords() {
        registry.is(WritableRegistry.Mood.INCOMPATIBLE);

        assertThatThrownBy(() -> Topics.withPrefix("site.", ids()))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessageContaining("io.vigil.schema.Camera under site.cameras-value")
                .hasMessageContaining("409 it lost a field");
    }

    @Test
    void troubleShouldNotBeTakenForAnUnknownId() {
        AvroSerde<Skipped> values = Topics.withPrefix("site.", ids()).skipped().values();
        byte[] bytes = values.toBytes(SKIPPED);
        ByteBuffer.wrap(bytes).putInt(1, 4711);

        for (WritableRegistry.Mood mood : EnumSet.of(
                WritableRegistry.Mood.FAILING,
                WritableRegistry.Mood.STALLING,
                WritableRegistry.Mood.STALLING_IN_ITS_ANSWER)) {
            registry.is(mood);
            assertThatThrownBy(() -> assertTimeoutPreemptively(LIMIT, () -> values.fromBytes(bytes)))
                    .as(mood.name())
                    .isInstanceOf(RegistryUnavailableException.class)
                    .hasMessageContaining(registry.url());
        }
        registry.close();
        assertThatThrownBy(() -> values.fromBytes(bytes)).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void credentialsShouldBeSentAndNotShown() {
        RegistrySettings settings = RegistrySettings.of(
                registry.url(), Optional.of(RegistrySettings.basic("vigil", "secret")), Duration.ofSeconds(5));

        Topics.withPrefix("site.", RegistrySchemaIds.of(settings, InstantSource.system()));

        assertThat(registry.authorizations()).containsOnly("Basic dmlnaWw6c2VjcmV0");
        assertThat(settings.toString()).doesNotContain("secret").doesNotContain("dmln");
    }

    @Test
    void whatIsNoAddressShouldBeRefusedWithoutShowingIt() {
        for (String url :
                new String[] {"registry:8081", "ftp://registry", "http://u:secret@registry", "http://u:se cret@r"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RegistrySettings.of(url, Optional.empty(), Duration.ofSeconds(5)))
                    .withMessageContaining("schema registry")
                    .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("cret"));
        }
    }

    private RegistrySchemaIds ids() {
        RegistrySettings settings = RegistrySettings.of(registry.url(), Optional.empty(), Duration.ofMillis(1_000));
        return RegistrySchemaIds.of(settings, () -> now);
    }
}
