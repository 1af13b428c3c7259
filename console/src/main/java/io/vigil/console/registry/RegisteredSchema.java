package io.vigil.console.registry;

import org.apache.avro.Schema;

/**
 * One version of a subject.
 *
 * @param subject a topic's name and {@code -value}
 * @param version of the subject, from 1
 * @param id under which records are written; the same schema has the same id in all subjects
 */
record RegisteredSchema(String subject, int version, int id, Schema schema) {}
