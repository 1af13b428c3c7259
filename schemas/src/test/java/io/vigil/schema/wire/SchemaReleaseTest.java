package io.vigil.schema.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.schema.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaReleaseTest {

    @ParameterizedTest
    @MethodSource("currentSchemas")
    void currentSchemaShouldHaveAReleasedCopy(Schema current) {
        int id = BuiltInSchemaIds.instance().idOf(current);

        assertThat(BuiltInSchemaIds.instance().schemaOf(id)).get().isEqualTo(withoutJavaHints(current));
    }

    @ParameterizedTest
    @MethodSource("currentSchemas")
    void currentSchemaShouldReadAndBeReadByEveryReleasedCopy(Schema current) throws SchemaValidationException {
        List<Schema> newestFirst = new ArrayList<>(BuiltInSchemaIds.RELEASED.stream()
                .filter(release -> release.name().equals(current.getName()))
                .map(BuiltInSchemaIds.Release::schema)
                .toList());
        assertThat(newestFirst).isNotEmpty();

        new SchemaValidatorBuilder().mutualReadStrategy().validateAll().validate(current, newestFirst);
    }

    @ParameterizedTest
    @MethodSource("currentSchemas")
    void everyFieldShouldBeDocumented(Schema current) {
        assertThat(current.getFields())
                .allSatisfy(field -> assertThat(field.doc()).isNotBlank());
    }

    @Test
    void idsShouldNeverBeUsedTwice() {
        assertThat(BuiltInSchemaIds.RELEASED)
                .extracting(BuiltInSchemaIds.Release::id)
                .doesNotHaveDuplicates();
    }

    static Stream<Schema> currentSchemas() {
        return Topics.standard().all().stream().map(topic -> topic.values().schema());
    }

    private static Schema withoutJavaHints(Schema schema) {
        return new Schema.Parser().parse(schema.toString().replace(",\"avro.java.string\":\"String\"", ""));
    }
}
