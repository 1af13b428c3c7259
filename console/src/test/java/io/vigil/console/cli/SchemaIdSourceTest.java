package io.vigil.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vigil.console.process.Failure;
import io.vigil.schema.registry.RegistrySchemaIds;
import io.vigil.schema.wire.BuiltInSchemaIds;
import io.vigil.schema.wire.SchemaIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaIdSourceTest {

    @Test
    void idsShouldBeBuiltInWithoutARegistry() {
        assertThat(ids("")).isSameAs(BuiltInSchemaIds.instance());
    }

    @Test
    void registryShouldGiveTheIdsWithEitherKindOfCredentials() {
        assertThat(ids("url = \"http://registry:8081\"")).isInstanceOf(RegistrySchemaIds.class);
        assertThat(ids("url = \"https://registry\", user = vigil, password = hunter2"))
                .isInstanceOf(RegistrySchemaIds.class);
        assertThat(ids("url = \"https://registry\", bearer-token = hunter2")).isInstanceOf(RegistrySchemaIds.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url = 'registry:8081' | http:// or https://",
                "url = 'http://vigil:hunter2@registry' | keys of their own",
                "url = 'http://registry', user = vigil, bearer-token = hunter2 | exclude each other",
                "url = 'http://registry', user = vigil | password",
                "url = 'http://registry', timeout = 1 ms | 100 ms to 1 m"
            })
    void whatMakesNoRegistryShouldBeExplained(String block, String sentence) {
        assertThatThrownBy(() -> ids(block.replace("'", "\"")))
                .isInstanceOf(Failure.class)
                .hasMessageStartingWith("schema-registry: ")
                .hasMessageContaining(sentence)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("hunter2"));
    }

    private static SchemaIds ids(String block) {
        return SchemaIdSource.of(ConfigFactory.parseString("schema-registry { %s }".formatted(block)));
    }
}
