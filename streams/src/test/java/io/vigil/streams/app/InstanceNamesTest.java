package io.vigil.streams.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InstanceNamesTest {

    private static final String HERE = "11111111-2222-3333-4444-555555555555";
    private static final String GONE = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

    private final InstanceNames names = new InstanceNames("vigil");

    @Test
    void shouldTellTransactionsWhoseInstanceHasNoMember() {
        List<String> open = List.of("vigil-" + HERE + "-1", "vigil-" + GONE + "-1", "vigil-" + GONE + "-2");

        assertThat(names.withoutMember(open, List.of(member("vigil-" + HERE))))
                .containsExactlyInAnyOrder("vigil-" + GONE + "-1", "vigil-" + GONE + "-2");
        assertThat(names.withoutMember(open, List.of(member("vigil-" + HERE), member("vigil-" + GONE))))
                .isEmpty();
    }

    @Test
    void shouldTellNoneOfOtherApplications() {
        List<String> open = List.of("vigil-eu-" + GONE + "-1", "vigil-eu", "eu-vigil-" + GONE + "-1");

        assertThat(names.withoutMember(open, List.of(member("vigil-" + HERE)))).isEmpty();
    }

    @Test
    void shouldTellNoneWhereNamesSayNothingOfInstances() {
        List<String> open = List.of("vigil-" + GONE + "-1");

        assertThat(names.withoutMember(open, List.of(member("vigil-" + HERE), member("chosen-by-hand"))))
                .isEmpty();
        assertThat(names.withoutMember(open, List.of())).isEmpty();
    }

    private static String member(String client) {
        return client + "-StreamThread-1-consumer";
    }
}
