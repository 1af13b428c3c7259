package io.vigil.console.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.vigil.console.web.Routes;
import io.vigil.schema.topic.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.SchemaParseException;

/**
 * The endpoints of Confluent's Schema Registry under {@code /registry}, as far as they read: subjects, versions, ids, lookup,
 * compatibility, and the configuration.
 *
 * <p>What would change something is refused with error code 42205, but for registering a schema that is there already, which
 * answers with its id, as Confluent's own read-only mode does.
 */
public final class RegistryRoutes implements Routes {

    static final String ROOT = "/registry";

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final String COMPATIBILITY = "FULL_TRANSITIVE";
    private static final String MODE = "READONLY";
    private static final String LATEST = "latest";
    private static final List<HandlerType> WRITING =
            List.of(HandlerType.POST, HandlerType.PUT, HandlerType.PATCH, HandlerType.DELETE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaCatalog catalog;

    /** Serves the built-in schemas of {@code topics}. */
    public RegistryRoutes(Topics topics) {
        this.catalog = new SchemaCatalog(topics);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.exception(
                RegistryException.class,
                (refused, request) -> answer(
                        request.status(refused.status()),
                        object().put("error_code", refused.code()).put("message", refused.getMessage())));
        get(routes, "", request -> object());
        get(routes, "/schemas/types", request -> JSON.createArrayNode().add("AVRO"));
        get(routes, "/schemas/ids/{id}", request -> object().put(
                        "schema", byId(request).get(0).schema().toString()));
        get(
                routes,
                "/schemas/ids/{id}/schema",
                request -> tree(byId(request).get(0).schema()));
        get(
                routes,
                "/schemas/ids/{id}/subjects",
                request -> names(
                        byId(request).stream().map(RegisteredSchema::subject).toList()));
        get(routes, "/schemas/ids/{id}/versions", request -> subjectVersions(byId(request)));
        get(routes, "/subjects", request -> names(catalog.subjects()));
        get(routes, "/subjects/{subject}/versions", request -> versions(subject(request)));
        get(routes, "/subjects/{subject}/versions/{version}", request -> description(version(request)));
        get(
                routes,
                "/subjects/{subject}/versions/{version}/schema",
                request -> tree(version(request).schema()));
        get(routes, "/subjects/{subject}/versions/{version}/referencedby", request -> {
            version(request);
            return JSON.createArrayNode();
        });
        get(routes, "/config", request -> object().put("compatibilityLevel", COMPATIBILITY));
        get(routes, "/config/{subject}", request -> {
            catalog.versions(subject(request));
            return object().put("compatibilityLevel", COMPATIBILITY);
        });
        get(routes, "/mode", request -> object().put("mode", MODE));
        get(routes, "/mode/{subject}", request -> {
            catalog.versions(subject(request));
            return object().put("mode", MODE);
        });
        post(routes, "/subjects/{subject}", this::lookUp);
        post(routes, "/subjects/{subject}/versions", this::registerAgain);
        post(
                routes,
                "/compatibility/subjects/{subject}/versions",
                request -> compatibility(request, catalog.versions(subject(request))));
        post(
                routes,
                "/compatibility/subjects/{subject}/versions/{version}",
                request -> compatibility(request, List.of(version(request))));
        refuseTheRest(routes);
    }

    private static void refuseTheRest(RoutesConfig routes) {
        for (HandlerType method : WRITING) {
            routes.addHttpHandler(method, ROOT + "/*", request -> {
                throw RegistryException.readOnly();
            });
        }
        routes.get(ROOT + "/*", request -> {
            throw RegistryException.noSuchPath(request.path());
        });
    }

    private ObjectNode lookUp(Context request) {
        Schema given = given(request);
        return description(
                catalog.find(subject(request), given).orElseThrow(() -> RegistryException.noSuchSchema("given")));
    }

    private ObjectNode registerAgain(Context request) {
        Optional<RegisteredSchema> known = catalog.subjects().contains(subject(request))
                ? catalog.find(subject(request), given(request))
                : Optional.empty();
        return object().put("id", known.orElseThrow(RegistryException::readOnly).id());
    }

    private static ObjectNode compatibility(Context request, List<RegisteredSchema> versions) {
        Schema given = given(request);
        ArrayNode messages = JSON.createArrayNode();
        for (RegisteredSchema version : versions) {
            addFaults(messages, "cannot read version " + version.version(), given, version.schema());
            addFaults(messages, "cannot be read by version " + version.version(), version.schema(), given);
        }
        ObjectNode verdict = object().put("is_compatible", messages.isEmpty());
        if (Boolean.parseBoolean(request.queryParam("verbose"))) {
            verdict.set("messages", messages);
        }
        return verdict;
    }

    private static void addFaults(ArrayNode messages, String what, Schema reader, Schema writer) {
        SchemaPairCompatibility verdict = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        verdict.getResult()
                .getIncompatibilities()
                .forEach(fault ->
                        messages.add("it %s: %s at %s".formatted(what, fault.getMessage(), fault.getLocation())));
    }

    private static ObjectNode description(RegisteredSchema known) {
        return object().put("subject", known.subject())
                .put("version", known.version())
                .put("id", known.id())
                .put("schema", known.schema().toString());
    }

    private ArrayNode versions(String subject) {
        ArrayNode numbers = JSON.createArrayNode();
        catalog.versions(subject).forEach(known -> numbers.add(known.version()));
        return numbers;
    }

    private static ArrayNode subjectVersions(List<RegisteredSchema> schemas) {
        ArrayNode pairs = JSON.createArrayNode();
        schemas.forEach(
                known -> pairs.addObject().put("subject", known.subject()).put("version", known.version()));
        return pairs;
    }

    private static ArrayNode names(Collection<String> names) {
        ArrayNode array = JSON.createArrayNode();
        names.forEach(array::add);
        return array;
    }

    private static JsonNode tree(Schema schema) {
        try {
            return JSON.readTree(schema.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("schema %s is no JSON".formatted(schema.getFullName()), e);
        }
    }

    private List<RegisteredSchema> byId(Context request) {
        String id = request.pathParam("id");
        try {
            return catalog.withId(Integer.parseInt(id));
        } catch (NumberFormatException e) {
            throw RegistryException.noSuchSchema(id);
        }
    }

    private RegisteredSchema version(Context request) {
        String version = request.pathParam("version");
        if (version.equals(LATEST) || version.equals("-1")) {
            return catalog.latest(subject(request));
        }
        try {
            int number = Integer.parseInt(version);
            if (number < 1) {
                throw RegistryException.invalidVersion(version);
            }
            return catalog.version(subject(request), number);
        } catch (NumberFormatException e) {
            throw RegistryException.invalidVersion(version);
        }
    }

    private static String subject(Context request) {
        return request.pathParam("subject");
    }

    /** The schema in the body, {@code {"schema": "..."}}. */
    private static Schema given(Context request) {
        try {
            JsonNode body = JSON.readTree(request.body());
            if (!body.path("schemaType").asText("AVRO").equals("AVRO")) {
                throw RegistryException.invalidSchema(
                        "its type is " + body.path("schemaType").asText());
            }
            if (!body.path("schema").isTextual()) {
                throw RegistryException.invalidSchema("the body has no \"schema\"");
            }
            return new Schema.Parser().parse(body.path("schema").asText());
        } catch (JsonProcessingException | SchemaParseException e) {
            throw RegistryException.invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    private static void get(RoutesConfig routes, String path, Answer answer) {
        routes.get(ROOT + path, request -> answer(request, answer.to(request)));
    }

    private static void post(RoutesConfig routes, String path, Answer answer) {
        routes.post(ROOT + path, request -> answer(request, answer.to(request)));
    }

    private static void answer(Context request, JsonNode json) {
        request.contentType(CONTENT_TYPE).result(json.toString());
    }

    private static ObjectNode object() {
        return JSON.createObjectNode();
    }

    @FunctionalInterface
    private interface Answer {

        JsonNode to(Context request);
    }
}
