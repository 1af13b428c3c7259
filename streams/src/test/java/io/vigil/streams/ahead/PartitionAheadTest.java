package io.vigil.streams.ahead;

import static io.vigil.streams.testing.FrameFixture.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.Frame;
import io.vigil.schema.wire.AvroSerde;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.schema.wire.SchemaIds;
import io.vigil.streams.detection.DetectionModel;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.FrameLimits;
import io.vigil.streams.frame.GroupLimits;
import io.vigil.streams.testing.TestPackages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionAheadTest {

    private static final byte[] NORTH = "north".getBytes(UTF_8);
    private static final int UNKNOWN_SCHEMA = 4711;

    private final AtomicInteger readsOfUnknownSchema = new AtomicInteger();
    private final FrameCheck check = new FrameCheck(
            new AvroSerde<>(Frame.class, new CountingIds()),
            new FrameLimits(100_000, 64 * 48, new GroupLimits(600, 1 << 25)));
    private final DetectionModel model = DetectionModel.load(TestPackages.DETECTION, TestPackages.INFERENCE);
    private final Cores cores = new Cores(2, 1);
    private final LookAhead lookAhead =
            new LookAhead(model, List.of(model.manifest().input()), cores);
    private final PartitionAhead partition = lookAhead.partition(0, check);

    @AfterEach
    void close() {
        partition.close();
        lookAhead.close();
        model.close();
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
        records.add(ofUnknownSchema());

        passTurns(announced(records).subList(0, 4), next -> false);

        assertThat(readsOfUnknownSchema).hasValue(1);
    }

    @Test
    void shouldReadNothingAheadWhereNoCoreIsEverIdle() throws Exception {
        List<byte[]> records = sound(4);
        records.add(ofUnknownSchema());
        LookAhead off = new LookAhead(model, List.of(model.manifest().input()), new Cores(0, 1));
        for (int offset = 0; offset < records.size(); offset++) {
            off.upcoming().announce(0, offset, NORTH, records.get(offset));
        }

        try (PartitionAhead ahead = off.partition(0, check);
                PartitionAhead.Turn turn = ahead.turn(0, records.get(0))) {
            List<Frame> shown = new ArrayList<>();
            assertThat(turn.frame(shown::add)).isEmpty();

            assertThat(shown).isEmpty();
            assertThat(readsOfUnknownSchema).hasValue(0);
            assertThat(off.upcoming().after(0, 0)).as("records kept").isEmpty();
        }
        off.close();
    }

    private void passTurns(List<byte[]> records, Predicate<Frame> worth) throws Exception {
        for (int offset = 0; offset < records.size(); offset++) {
            try (PartitionAhead.Turn turn = partition.turn(offset, records.get(offset))) {
                assertThat(turn.frame(worth)).isEmpty();
            }
        }
    }

    private List<byte[]> announced(List<byte[]> records) {
        for (int offset = 0; offset < records.size(); offset++) {
            lookAhead.upcoming().announce(0, offset, NORTH, records.get(offset));
        }
        return records;
    }

    private static List<byte[]> sound(int frames) {
        return new ArrayList<>(LongStream.range(0, frames)
                .mapToObj(sequence -> frame(sequence, 100 * sequence).toBytes())
                .toList());
    }

    private static byte[] ofUnknownSchema() {
        return ByteBuffer.allocate(100).put((byte) 0).putInt(UNKNOWN_SCHEMA).array();
    }

    private static Set<Frame> distinctObjects(List<Frame> frames) {
        Set<Frame> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        distinct.addAll(frames);
        return distinct;
    }

    private final class CountingIds implements SchemaIds {

        @Override
        public int idOf(Schema schema) {
            return BuiltInSchemaIds.instance().idOf(schema);
        }

        @Override
        public Optional<Schema> schemaOf(int id) {
            if (id == UNKNOWN_SCHEMA) {
                readsOfUnknownSchema.incrementAndGet();
            }
            return BuiltInSchemaIds.instance().schemaOf(id);
        }
    }
}
