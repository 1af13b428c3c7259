package io.vigil.schema.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosestNameTest {

    private static final List<String> KNOWN = List.of("person", "car", "truck", "sitting down", "standing up");

    @ParameterizedTest
    @CsvSource({"persn, person", "Person, person", "cart, car", "sitting-down, sitting down", "trucks, truck"})
    void shouldFindWhatWasMistyped(String given, String meant) {
        assertThat(ClosestName.to(given, KNOWN)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"bus", "bicycle", "falling"})
    void shouldNotGuessWhatNobodyCouldHaveMeant(String given) {
        assertThat(ClosestName.to(given, KNOWN)).isEmpty();
    }

    @Test
    void shouldAlwaysTakeTheSameOfTwoThatAreAsClose() {
        assertThat(ClosestName.to("cat", List.of("car", "can"))).contains("can");
    }
}
