package io.vigil.console.why;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vigil.streams.explain.NoAnswerException;
import java.util.Map;

/**
 * An answer as HTTP gives it.
 *
 * @param status of HTTP
 * @param json the answer, or an object whose {@code error} is a sentence
 */
record WhyAnswer(int status, String json) {

    private static final int OK = 200;
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** Of a record of the explainer. */
    static WhyAnswer of(Object explained) {
        return new WhyAnswer(OK, json(explained));
    }

    static WhyAnswer refused(NoAnswerException refusal) {
        int status =
                switch (refusal.reason()) {
                    case NOT_FOUND -> 404;
                    case OTHER_MODEL -> 409;
                    case GONE -> 410;
                    case BUSY -> 429;
                    case UNAVAILABLE -> 503;
                    case FAILED -> 500;
                };
        return error(status, refusal.sentence());
    }

    static WhyAnswer error(int status, String sentence) {
        return new WhyAnswer(status, json(Map.of("error", sentence)));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }
}
