package io.vigil.schema.camera;

/**
 * What is wrong with a field of a camera's record.
 *
 * @param field where, as {@code rules[0].zones[1].polygon}
 * @param message a sentence that says what may stand there
 */
public record FieldProblem(String field, String message) {

    @Override
    public String toString() {
        return field + " " + message;
    }
}
