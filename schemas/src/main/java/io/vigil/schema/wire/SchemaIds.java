package io.vigil.schema.wire;

import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Which id stands for which schema in the wire format.
 *
 * <p>The ids of the released schemas are fixed in {@link BuiltInSchemaIds}; a client of an external schema registry is
 * the other implementation this seam is for. Implementations are thread-safe.
 */
public interface SchemaIds {

    /**
     * The id under which records of this schema are written.
     *
     * @throws WireFormatException if the schema has no id
     */
    int idOf(Schema schema);

    /** The schema that a record with this id was written with; empty for an id nobody knows. */
    Optional<Schema> schemaOf(int id);
}
