package io.vigil.console.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalUrlTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, http://localhost:80",
        "localhost, http://localhost:80",
        "0.0.0.0, http://localhost:80",
        "::, http://localhost:80",
        "192.168.1.5, http://192.168.1.5:80",
        "fd00::5, http://[fd00:0:0:0:0:0:0:5]:80"
    })
    void shouldLeadToWhereTheServerListens(String address, String url) {
        assertThat(LocalUrl.of(address, 80)).isEqualTo(url);
    }
}
