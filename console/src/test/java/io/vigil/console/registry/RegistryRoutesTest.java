package io.vigil.console.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.console.web.LivePage;
import io.vigil.schema.Detections;
import io.vigil.schema.topic.Topics;
import io.vigil.schema.wire.BuiltInSchemaIds;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryRoutesTest {

    private static final String PREFIX = "site-7.";
    private static final String SUBJECT = PREFIX + "detections-value";
    private static final int ID = BuiltInSchemaIds.instance().idOf(Detections.getClassSchema());
    private static final String INCOMPATIBLE =
            "{\"type\":\"record\",\"name\":\"Detections\",\"namespace\":\"io.vigil.schema\",\"fields\":[{\"name\":\"colour\",\"type\":\"string\"}]}";

    private final HttpClient http = HttpClient.newHttpClient();
    private LivePage page;

    @BeforeEach
    void open() {
        Topics topics = Topics.withPrefix(PREFIX, BuiltInSchemaIds.instance());
        page = LivePage.open(LivePage.ANY_PORT, List.of(new RegistryRoutes(topics)));
    }

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void shouldHaveASubjectForEachTopicInForce() throws Exception {
        assertThat(json(get("/subjects")))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrderElementsOf(
                        Topics.withPrefix(PREFIX, BuiltInSchemaIds.instance()).all().stream()
                                .map(topic -> topic.name() + "-value")
                                .toList());
    }

    @Test
    void everyReleaseShouldBeFoundUnderItsId() throws Exception {
        for (BuiltInSchemaIds.Release release : BuiltInSchemaIds.releases()) {
            JsonNode found = json(get("/schemas/ids/" + release.id()));

            assertThat(new Schema.Parser().parse(found.get("schema").asText())).isEqualTo(release.schema());
            assertThat(new Schema.Parser()
                            .parse(get("/schemas/ids/%d/schema".formatted(release.id()))
                                    .body()))
                    .isEqualTo(release.schema());
        }
    }

    @Test
    void everyVersionShouldHaveItsFixedId() throws Exception {
        assertThat(get("/subjects/%s/versions".formatted(SUBJECT)).body()).isEqualTo("[1,2]");
        assertThat(json(get("/subjects/%s/versions/1".formatted(SUBJECT)))
                        .get("id")
                        .asInt())
                .isEqualTo(2);
        JsonNode latest = json(get("/subjects/%s/versions/latest".formatted(SUBJECT)));
        assertThat(latest.get("subject").asText()).isEqualTo(SUBJECT);
        assertThat(latest.get("version").asInt()).isEqualTo(2);
        assertThat(latest.get("id").asInt()).isEqualTo(ID);
        assertThat(json(get("/schemas/ids/%d/versions".formatted(ID))).toString())
                .isEqualTo("[{\"subject\":\"%s\",\"version\":2}]".formatted(SUBJECT));
        assertThat(json(get("/schemas/ids/%d/subjects".formatted(ID))).toString())
                .isEqualTo("[\"%s\"]".formatted(SUBJECT));
    }

    @Test
    void shouldFindAKnownSchemaAndRegisterItAgain() throws Exception {
        String schema = body(Detections.getClassSchema().toString());

        assertThat(json(post("/subjects/" + SUBJECT, schema)).get("version").asInt())
                .isEqualTo(2);
        assertThat(json(post("/subjects/%s/versions".formatted(SUBJECT), schema))
                        .get("id")
                        .asInt())
                .isEqualTo(ID);
    }

    @Test
    void shouldTellWhetherASchemaIsCompatible() throws Exception {
        String path = "/compatibility/subjects/%s/versions/latest".formatted(SUBJECT);

        assertThat(json(post(path, body(Detections.getClassSchema().toString())))
                        .get("is_compatible")
                        .asBoolean())
                .isTrue();
        JsonNode verdict = json(post(path + "?verbose=true", body(INCOMPATIBLE)));
        assertThat(verdict.get("is_compatible").asBoolean()).isFalse();
        assertThat(verdict.get("messages").toString()).contains("colour", "cannot read version 2");
    }

    @Test
    void shouldSayThatItIsReadOnly() throws Exception {
        assertThat(get("/mode").body()).isEqualTo("{\"mode\":\"READONLY\"}");
        assertThat(get("/config").body()).isEqualTo("{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
        assertThat(get("/schemas/types").body()).isEqualTo("[\"AVRO\"]");
        assertThat(get("/schemas/types").headers().firstValue("Content-Type"))
                .contains("application/vnd.schemaregistry.v1+json");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /schemas/ids/4711,                     40403",
        "GET,    /schemas/ids/many,                     40403",
        "GET,    /subjects/nobody-value/versions,       40401",
        "GET,    /subjects/SUBJECT/versions/9,          40402",
        "GET,    /subjects/SUBJECT/versions/newest,     42202",
        "GET,    /config/nobody-value,                  40401",
        "GET,    /exporters,                            40400",
        "POST,   /subjects/SUBJECT,                     40403",
        "POST,   /subjects/nobody-value,                40401",
        "POST,   /subjects/SUBJECT/versions,            42205",
        "POST,   /subjects/nobody-value/versions,       42205",
        "PUT,    /config,                               42205",
        "DELETE, /subjects/SUBJECT,                     42205",
    })
    void shouldRefuseWithConfluentsErrorCode(String method, String path, int code) throws Exception {
        HttpResponse<String> answer = send(method, path.replace("SUBJECT", SUBJECT), Optional.of(body(INCOMPATIBLE)));

        assertThat(answer.statusCode()).isEqualTo(code / 100);
        assertThat(json(answer).get("error_code").asInt()).isEqualTo(code);
        assertThat(json(answer).get("message").asText()).isNotBlank();
    }

    @Test
    void shouldRefuseWhatIsNoSchema() throws Exception {
        for (String body :
                List.of("{", "{}", body("{\"type\":\"nothing\"}"), "{\"schema\":\"\",\"schemaType\":\"JSON\"}")) {
            HttpResponse<String> answer = post("/subjects/" + SUBJECT, body);

            assertThat(json(answer).get("error_code").asInt()).as(body).isEqualTo(42201);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, Optional.empty());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, Optional.of(body));
    }

    private HttpResponse<String> send(String method, String path, Optional<String> body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(page.url() + RegistryRoutes.ROOT + path))
                        .method(method, body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return new ObjectMapper().readTree(answer.body());
    }

    private static String body(String schema) throws Exception {
        return new ObjectMapper().writeValueAsString(Map.of("schema", schema));
    }
}
