package io.vigil.streams.ahead;

import static io.vigil.streams.testing.FrameFixture.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.vigil.schema.Frame;
import io.vigil.schema.StageTiming;
import io.vigil.schema.registry.RegistrySchemaIds;
import io.vigil.schema.registry.RegistrySettings;
import io.vigil.schema.wire.AvroSerde;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.schema.wire.SchemaIds;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.FrameLimits;
import io.vigil.streams.frame.GroupLimits;
import io.vigil.streams.testing.LogLines;
import io.vigil.streams.testing.TestPackages;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionAheadTest {

    private static final byte[] NORTH = "north".getBytes(UTF_8);
    private static final int UNKNOWN_SCHEMA = 4711;
    private static final int SCHEMA_OF_A_REGISTRY_THAT_IS_AWAY = 4712;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicInteger readsOfUnknownSchema = new AtomicInteger();
    private final FrameCheck check = new FrameCheck(
            new AvroSerde<>(Frame.class, new CountingIds()),
            new FrameLimits(100_000, 64 * 48, new GroupLimits(600, 1 << 25)));
    private final DetectionModel model = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
    private final Cores cores = new Cores(2, 1);
    private final Semaphore readers = new Semaphore(100);
    private final LookAhead lookAhead = lookAhead(this::reader);
    private final PartitionAhead partition = lookAhead.partition(0, check);

    @AfterEach
    void close() {
        partition.close();
        assertThat(lookAhead.close(SOON)).isTrue();
        model.close();
    }

    @Test
    void shouldGiveInItsTurnWhatWasBegunOfAFrame() {
        List<byte[]> records = announced(sound(3));
        assertThat(begun(0, records.get(0))).isEmpty();

        try (PartitionAhead.Turn turn = partition.turn(1, records.get(1))) {
            BegunFrame begun = turn.frame(next -> true).orElseThrow();

            assertThat(begun.timings())
                    .extracting(StageTiming::getStage)
                    .containsExactly("decode", "resize", "frame", "support");
        }
    }

    @Test
    void shouldLeaveABrokenFrameToItsTurn() {
        List<byte[]> records = announced(List.of(
                frame(0, 0).toBytes(), frame(1, 100).image(new byte[100]).toBytes()));
        assertThat(begun(0, records.get(0))).isEmpty();

        assertThat(begun(1, records.get(1))).isEmpty();
    }

    @Test
    void shouldLeaveAFrameToItsTurnAndWarnWhenTheLookAheadFails() {
        List<byte[]> records = sound(4);
        LookAhead failing = lookAhead(() -> {
            throw new OutOfMemoryError("Cannot reserve 1 bytes of direct buffer memory");
        });
        announce(failing, records);

        try (LogLines log = LogLines.of(LookAhead.class)) {
            try (PartitionAhead ahead = failing.partition(0, check)) {
                for (int offset = 0; offset < records.size(); offset++) {
                    try (PartitionAhead.Turn turn = ahead.turn(offset, records.get(offset))) {
                        assertThat(turn.frame(next -> true)).isEmpty();
                    }
                }
            }

            assertThat(failing.close(SOON)).isTrue();
            assertThat(cores.tryTakeIdle()).as("the core was given back").isTrue();
            assertThat(log.messages()).singleElement(STRING).contains("left to its turn", "direct buffer memory");
        }
    }

    @Test
    void shouldNotGiveWhatWasBegunOfAnotherRecordAtTheOffset() {
        List<byte[]> records = announced(sound(3));
        assertThat(begun(0, records.get(0))).isEmpty();

        assertThat(begun(1, records.get(1).clone())).isEmpty();
    }

    @Test
    void shouldWaitForADiscardedFrameBeforeItIsClosed() {
        readers.drainPermits();
        List<byte[]> records = announced(sound(2));
        assertThat(begun(0, records.get(0))).isEmpty();
        await().until(readers::hasQueuedThreads);
        assertThat(begun(1, records.get(1).clone())).as("discarded").isEmpty();
        partition.close();

        assertThat(lookAhead.close(Duration.ofMillis(50))).isFalse();
        readers.release(100);
        assertThat(lookAhead.close(SOON)).isTrue();
    }

    @Test
    void shouldWaitForAFrameThatIsBeingBegunWhenItsPartitionIsClosed() {
        readers.drainPermits();
        List<byte[]> records = announced(sound(2));
        assertThat(begun(0, records.get(0))).isEmpty();
        await().until(readers::hasQueuedThreads);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(partition::close);
        assertThatThrownBy(() -> closing.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        readers.release(100);

        assertThat(closing).succeedsWithin(SOON);
    }

    @Test
    void shouldKeepNoFrameWhoseTurnHasPassedWhileNoCoreIsIdle() throws Exception {
        List<byte[]> records = announced(sound(6));
        assertThat(cores.tryTakeIdle()).isTrue();

        int most = 0;
        for (int offset = 0; offset < records.size(); offset++) {
            try (PartitionAhead.Turn turn = partition.turn(offset, records.get(offset))) {
                assertThat(turn.frame(next -> true)).isEmpty();
                most = Math.max(most, lookAhead.waiting());
            }
        }

        assertThat(most).isEqualTo(2);
        assertThat(lookAhead.waiting()).isZero();
    }

    @Test
    void shouldReadARecordAheadOnceHoweverLongItWaitsAndKeepNoPicture() throws Exception {
        List<Frame> shown = new ArrayList<>();

        passTurns(announced(sound(6)), next -> {
            shown.add(next);
            return false;
        });

        assertThat(shown).extracting(Frame::getSequence).startsWith(1L, 2L, 3L, 4L, 5L, 2L, 3L);
        assertThat(shown).hasSize(5 + 4 + 3 + 2 + 1);
        assertThat(distinctObjects(shown)).hasSize(5);
        assertThat(shown).extracting(Frame::getImage).noneMatch(ByteBuffer::hasRemaining);
    }

    @Test
    void shouldReadABrokenRecordAheadOnce() throws Exception {
        List<byte[]> records = sound(4);
        records.add(ofSchema(UNKNOWN_SCHEMA));

        passTurns(announced(records).subList(0, 4), next -> false);

        assertThat(readsOfUnknownSchema).hasValue(1);
    }

    @Test
    void shouldLookPastARecordWhoseSchemaIsNotAtHand() throws Exception {
        List<byte[]> records = sound(1);
        records.add(ofSchema(SCHEMA_OF_A_REGISTRY_THAT_IS_AWAY));
        records.add(frame(2, 200).toBytes());
        List<Frame> shown = new ArrayList<>();

        passTurns(announced(records).subList(0, 1), next -> !shown.add(next));

        assertThat(shown).extracting(Frame::getSequence).containsExactly(2L);
    }

    @Test
    void shouldReadNothingAheadWhereNoCoreIsEverIdle() throws Exception {
        List<byte[]> records = sound(4);
        records.add(ofSchema(UNKNOWN_SCHEMA));
        LookAhead off = new LookAhead(this::reader, new Cores(0, 1), Clock.systemUTC());
        announce(off, records);

        try (PartitionAhead ahead = off.partition(0, check);
                PartitionAhead.Turn turn = ahead.turn(0, records.get(0))) {
            List<Frame> shown = new ArrayList<>();
            assertThat(turn.frame(shown::add)).isEmpty();

            assertThat(shown).isEmpty();
            assertThat(readsOfUnknownSchema).hasValue(0);
            assertThat(off.upcoming().after(0, 0)).as("records kept").isEmpty();
        }
        assertThat(off.close(SOON)).isTrue();
    }

    private LookAhead lookAhead(Supplier<FrameReader> readers) {
        return new LookAhead(readers, cores, Clock.systemUTC());
    }

    /** Once there is a permit. */
    private FrameReader reader() {
        readers.acquireUninterruptibly();
        return new FrameReader(model, List.of(model.manifest().input()));
    }

    /** What was begun of a record when its turn comes, while all that come next are worth it. */
    private Optional<BegunFrame> begun(long offset, byte[] record) {
        try (PartitionAhead.Turn turn = partition.turn(offset, record)) {
            return turn.frame(next -> true);
        }
    }

    private void passTurns(List<byte[]> records, Predicate<Frame> worth) throws Exception {
        for (int offset = 0; offset < records.size(); offset++) {
            try (PartitionAhead.Turn turn = partition.turn(offset, records.get(offset))) {
                assertThat(turn.frame(worth)).isEmpty();
            }
        }
    }

    private List<byte[]> announced(List<byte[]> records) {
        announce(lookAhead, records);
        return records;
    }

    private static void announce(LookAhead lookAhead, List<byte[]> records) {
        for (int offset = 0; offset < records.size(); offset++) {
            lookAhead.upcoming().announce(0, offset, NORTH, records.get(offset));
        }
    }

    private static List<byte[]> sound(int frames) {
        return new ArrayList<>(LongStream.range(0, frames)
                .mapToObj(sequence -> frame(sequence, 100 * sequence).toBytes())
                .toList());
    }

    private static byte[] ofSchema(int id) {
        return ByteBuffer.allocate(100).put((byte) 0).putInt(id).array();
    }

    private static Set<Frame> distinctObjects(List<Frame> frames) {
        Set<Frame> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        distinct.addAll(frames);
        return distinct;
    }

    private final class CountingIds implements SchemaIds {

        private final SchemaIds away = RegistrySchemaIds.of(
                RegistrySettings.of("http://localhost:1", Optional.empty(), Duration.ofSeconds(10)), Clock.systemUTC());

        @Override
        public int idOf(Schema schema) {
            return BuiltInSchemaIds.instance().idOf(schema);
        }

        @Override
        public Optional<Schema> schemaOf(int id) {
            if (id == UNKNOWN_SCHEMA) {
                readsOfUnknownSchema.incrementAndGet();
            }
            if (id == SCHEMA_OF_A_REGISTRY_THAT_IS_AWAY) {
                return away.schemaOf(id);
            }
            return BuiltInSchemaIds.instance().schemaOf(id);
        }
    }
}
