/**
 * How Avro records lie in Kafka: Confluent's wire format, byte 0, four bytes of schema id (big-endian), Avro binary.
 *
 * <p>Read {@link io.vigil.schema.wire.AvroSerde} first; {@link io.vigil.schema.wire.SchemaIds} says which id belongs to
 * which schema. See docs/adr/0005-wire-format.md.
 */
@NullMarked
package io.vigil.schema.wire;

import org.jspecify.annotations.NullMarked;
