package io.vigil.schema.wire;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Which id stands for which schema in the wire format.
 *
 * <p>The ids of the released schemas are fixed in {@link BuiltInSchemaIds}; those of a registry of the
 * installation come from {@link io.vigil.schema.registry.RegistrySchemaIds}. Implementations are thread-safe.
 */
public interface SchemaIds {

    /** The ids of one topic's values, where they depend on the topic. */
    default SchemaIds ofTopic(String topic) {
        return this;
    }

    /**
     * The id under which records of this schema are written.
     *
     * @throws WireFormatException if the schema has no id
     */
    int idOf(Schema schema);

    /** The schema that a record with this id was written with; empty for an id nobody knows. */
    Optional<Schema> schemaOf(int id);
}
