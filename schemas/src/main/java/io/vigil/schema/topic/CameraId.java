package io.vigil.schema.topic;

import java.util.regex.Pattern;

/**
 * Names a camera; the key of every record of every topic, and so what decides its partition.
 *
 * @param value {@code [A-Za-z0-9._-]{1,128}}, not starting with a dot: it is used in file names
 */
public record CameraId(String value) {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

    /** Refuses what is no camera id with an {@link IllegalArgumentException}. */
    public CameraId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "camera id must be 1 to 128 of A-Z a-z 0-9 . _ - and not start with a dot: \"%s\""
                            .formatted(value));
        }
    }

    public static boolean isValid(String value) {
        return VALID.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
