package io.vigil.console.registry;

/** Why a request cannot be answered, with Confluent's error code, whose first three digits are the HTTP status. */
final class RegistryException extends RuntimeException {

    private final int code;

    private RegistryException(int code, String message) {
        super(message);
        this.code = code;
    }

    static RegistryException noSuchSubject(String subject) {
        return new RegistryException(
                40401, "Subject '%s' not found; GET /registry/subjects lists them all.".formatted(subject));
    }

    static RegistryException noSuchVersion(String subject, String version) {
        return new RegistryException(40402, "Subject '%s' has no version %s.".formatted(subject, version));
    }

    static RegistryException noSuchSchema(String what) {
        return new RegistryException(40403, "Schema %s not found.".formatted(what));
    }

    static RegistryException noSuchPath(String path) {
        return new RegistryException(40400, "This registry has no %s.".formatted(path));
    }

    static RegistryException invalidSchema(String reason) {
        return new RegistryException(42201, "The schema is no Avro schema: %s".formatted(reason));
    }

    static RegistryException invalidVersion(String version) {
        return new RegistryException(42202, "'%s' is no version; give a number from 1, or latest.".formatted(version));
    }

    static RegistryException readOnly() {
        return new RegistryException(
                42205,
                "This registry is read-only: it shows the schemas that come with Vigil. Register others in a registry of your own.");
    }

    int code() {
        return code;
    }

    int status() {
        return code / 100;
    }
}
