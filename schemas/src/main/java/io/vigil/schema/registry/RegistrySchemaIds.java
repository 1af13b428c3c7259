package io.vigil.schema.registry;

import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.schema.wire.SchemaIds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Ids from an external schema registry. A schema is registered when its id is asked for, under the subject TOPIC and {@code -value};
 * schemas of other ids are fetched when they are met and kept.
 *
 * <p>Records that were written before, under built-in ids, are read as long as the registry knows nothing of those ids.
 * Thread-safe.
 */
public final class RegistrySchemaIds implements SchemaIds {

    /** An id that nobody knows is not asked for again before that. */
    private static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);

    private static final int UNKNOWN_KEPT = 1_000;

    private final RegistryClient client;
    private final InstantSource clock;
    private final Map<Integer, Schema> fetched = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> unknown = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Instant> eldest) {
            return size() > UNKNOWN_KEPT;
        }
    };

    private RegistrySchemaIds(RegistryClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Asks nothing before ids are asked for. */
    public static RegistrySchemaIds of(RegistrySettings settings, InstantSource clock) {
        return new RegistrySchemaIds(new RegistryClient(settings), clock);
    }

    @Override
    public SchemaIds ofTopic(String topic) {
        return new SchemaIds() {
            @Override
            public int idOf(Schema schema) {
                return register(topic + "-value", schema);
            }

            @Override
            public Optional<Schema> schemaOf(int id) {
                return RegistrySchemaIds.this.schemaOf(id);
            }
        };
    }

    /** Registers the schema under its own name. */
    @Override
    public int idOf(Schema schema) {
        return register(schema.getFullName(), schema);
    }

    /**
     * The schema with this id.
     *
     * @throws RegistryRefusedException if the registry does not let it be read
     * @throws RegistryUnavailableException if the registry does not answer
     */
    @Override
    public Optional<Schema> schemaOf(int id) {
        @Nullable Schema known = fetched.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        if (!isUnknown(id)) {
            Optional<Schema> found = client.fetch(id);
            if (found.isPresent()) {
                fetched.put(id, found.get());
                return found;
            }
            remember(id);
        }
        return BuiltInSchemaIds.instance().schemaOf(id);
    }

    /** What is registered is the released copy, which has no hints for Java in it. */
    private int register(String subject, Schema schema) {
        BuiltInSchemaIds builtIn = BuiltInSchemaIds.instance();
        Schema released = builtIn.schemaOf(builtIn.idOf(schema)).orElse(schema);
        int id = client.register(subject, released);
        fetched.put(id, released);
        return id;
    }

    private synchronized boolean isUnknown(int id) {
        Instant asked = unknown.get(id);
        return asked != null && clock.instant().isBefore(asked.plus(UNKNOWN_FOR));
    }

    private synchronized void remember(int id) {
        unknown.remove(id);
        unknown.put(id, clock.instant());
    }
}
