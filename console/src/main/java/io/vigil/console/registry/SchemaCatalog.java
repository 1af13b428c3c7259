package io.vigil.console.registry;

import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/** All released schemas of some topics, by subject: TOPIC and {@code -value}, as Confluent's TopicNameStrategy names them. */
final class SchemaCatalog {

    private static final String VALUE = "-value";

    private final Map<String, List<RegisteredSchema>> subjects = new TreeMap<>();

    SchemaCatalog(Topics topics) {
        topics.all().forEach(topic -> {
            String subject = topic.name() + VALUE;
            String record = topic.values().schema().getName();
            subjects.put(
                    subject,
                    BuiltInSchemaIds.releases().stream()
                            .filter(release -> release.name().equals(record))
                            .map(release ->
                                    new RegisteredSchema(subject, release.version(), release.id(), release.schema()))
                            .sorted(Comparator.comparingInt(RegisteredSchema::version))
                            .toList());
        });
    }

    List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    /** All versions of a subject, oldest first; at least one. */
    List<RegisteredSchema> versions(String subject) {
        List<RegisteredSchema> versions = subjects.get(subject);
        if (versions == null) {
            throw RegistryException.noSuchSubject(subject);
        }
        return versions;
    }

    RegisteredSchema latest(String subject) {
        List<RegisteredSchema> versions = versions(subject);
        return versions.get(versions.size() - 1);
    }

    RegisteredSchema version(String subject, int version) {
        return versions(subject).stream()
                .filter(known -> known.version() == version)
                .findFirst()
                .orElseThrow(() -> RegistryException.noSuchVersion(subject, Integer.toString(version)));
    }

    /** The version of a subject with this schema; docs and other attributes that Avro ignores may differ. */
    Optional<RegisteredSchema> find(String subject, Schema schema) {
        String form = SchemaNormalization.toParsingForm(schema);
        return versions(subject).stream()
                .filter(known ->
                        SchemaNormalization.toParsingForm(known.schema()).equals(form))
                .findFirst();
    }

    /** Every subject's version that has this id; at least one. */
    List<RegisteredSchema> withId(int id) {
        List<RegisteredSchema> found = subjects.values().stream()
                .flatMap(Collection::stream)
                .filter(known -> known.id() == id)
                .toList();
        if (found.isEmpty()) {
            throw RegistryException.noSuchSchema(Integer.toString(id));
        }
        return found;
    }
}
