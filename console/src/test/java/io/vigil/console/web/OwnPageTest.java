package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnPageTest {

    private final OwnPage ownPage = new OwnPage(new ConsoleAddress("0.0.0.0", 8080, List.of("Wall.example.org")));

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "127.0.0.1:8080", "192.168.1.20", "[::1]:8080", "wall.example.org"})
    void localhostAddressesAndGivenNamesAreHosts(String host) {
        assertThat(ownPage.isHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"elsewhere.example:8080", "localhost.elsewhere.example", "127.0.0.1.nip.example", ""})
    void namesThatOthersGaveThisHostAreNot(String host) {
        assertThat(ownPage.isHost(host)).isFalse();
    }

    @Test
    void pageShouldAskItsOwnHostOnly() {
        assertThat(ownPage.isOrigin("http://localhost:8080", "localhost:8080")).isTrue();
        assertThat(ownPage.isOrigin("https://wall.example.org", "wall.example.org"))
                .isTrue();
        assertThat(ownPage.isOrigin(null, "localhost:8080")).isTrue();
        assertThat(ownPage.isOrigin("http://localhost:3000", "localhost:8080")).isFalse();
        assertThat(ownPage.isOrigin("null", "localhost:8080")).isFalse();
    }
}
