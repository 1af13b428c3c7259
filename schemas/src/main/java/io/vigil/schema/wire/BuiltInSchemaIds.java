package io.vigil.schema.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * The ids of the schemas that Vigil has released, from the copies kept beside this class.
 *
 * <p>A released copy never changes. A new version of a schema is released by adding its resolved JSON to {@code
 * released/} and a line with the next free id to {@link #RELEASED}; {@code SchemaReleaseTest} tells when that is due.
 */
public final class BuiltInSchemaIds implements SchemaIds {

    /** Every release, oldest first. */
    static final List<Release> RELEASED = List.of(
            new Release(1, "Frame", 1),
            new Release(2, "Detections", 1),
            new Release(3, "Actions", 1),
            new Release(4, "Skipped", 1),
            new Release(5, "DeadLetter", 1),
            new Release(6, "Detections", 2),
            new Release(7, "Event", 1),
            new Release(8, "Undelivered", 1),
            new Release(9, "Camera", 1),
            new Release(10, "Frame", 2),
            new Release(11, "Skipped", 2),
            new Release(12, "Camera", 2));

    private static final BuiltInSchemaIds INSTANCE = new BuiltInSchemaIds();

    private final Map<Integer, Schema> schemas = new HashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();

    private BuiltInSchemaIds() {
        for (Release release : RELEASED) {
            Schema schema = release.schema();
            schemas.put(release.id(), schema);
            ids.put(SchemaNormalization.toParsingForm(schema), release.id());
        }
    }

    public static BuiltInSchemaIds instance() {
        return INSTANCE;
    }

    /** Every release, oldest first. */
    public static List<Release> releases() {
        return RELEASED;
    }

    @Override
    public int idOf(Schema schema) {
        Integer id = ids.get(SchemaNormalization.toParsingForm(schema));
        if (id == null) {
            throw new WireFormatException(
                    "schema %s has no released copy, and so no id".formatted(schema.getFullName()));
        }
        return id;
    }

    @Override
    public Optional<Schema> schemaOf(int id) {
        return Optional.ofNullable(schemas.get(id));
    }

    /**
     * One released version of the schema of one record.
     *
     * @param id fixed for ever
     * @param name of the record
     * @param version of the record's schema, from 1
     */
    public record Release(int id, String name, int version) {

        private String resource() {
            return "/io/vigil/schema/released/%s-v%d.avsc".formatted(name, version);
        }

        /** Reads the released copy. */
        public Schema schema() {
            try (InputStream json = BuiltInSchemaIds.class.getResourceAsStream(resource())) {
                if (json == null) {
                    throw new IllegalStateException("released schema %s is missing from the jar".formatted(resource()));
                }
                return new Schema.Parser().parse(json);
            } catch (IOException e) {
                throw new UncheckedIOException("released schema %s cannot be read".formatted(resource()), e);
            }
        }
    }
}
