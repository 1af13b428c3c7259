package io.vigil.console.web.cameras;

import io.vigil.schema.camera.FieldProblem;
import java.util.List;

/** What a page sent cannot be a camera. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<FieldProblem> problems;

    RefusedException(List<FieldProblem> problems) {
        super(problems.toString());
        this.problems = List.copyOf(problems);
    }

    RefusedException(String field, String message) {
        this(List.of(new FieldProblem(field, message)));
    }

    List<FieldProblem> problems() {
        return problems;
    }
}
