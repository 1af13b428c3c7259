package io.vigil.producers.camera;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parameters of the built-in test pattern, written {@code testpattern:} or, with any of them,
 * {@code testpattern:width=640,height=360,rate=25,frames=0}.
 *
 * @param width of the picture, pixels
 * @param height of the picture, pixels
 * @param rate frames per second
 * @param frames how many until the pattern ends; 0 for no end
 */
public record TestPattern(int width, int height, double rate, long frames) {

    /** The least width at which the bar code can be read, pixels. */
    public static final int MIN_WIDTH = 320;

    private static final Pattern PARAMETER =
            Pattern.compile("(width|height|rate|frames)=([0-9]{1,9}(?:\\.[0-9]{1,3})?)");
    private static final Set<String> WHOLE = Set.of("width", "height", "frames");

    /** Refuses sizes that leave no room for the pattern with an {@link IllegalArgumentException}. */
    public TestPattern {
        if (width < MIN_WIDTH || width > 7680 || height < 120 || height > 4320) {
            throw new IllegalArgumentException(
                    "testpattern: size must be 320x120 to 7680x4320 pixels: %dx%d".formatted(width, height));
        }
        if (rate <= 0 || rate > 1000) {
            throw new IllegalArgumentException("testpattern: rate must be above 0, at most 1000 frames/s: " + rate);
        }
    }

    static TestPattern parse(String parameters) {
        int width = 640;
        int height = 360;
        double rate = 25;
        long frames = 0;
        if (!parameters.isBlank()) {
            for (String parameter : parameters.split(",", -1)) {
                Matcher known = PARAMETER.matcher(parameter.strip());
                if (!known.matches()
                        || (WHOLE.contains(known.group(1)) && known.group(2).contains("."))) {
                    throw new IllegalArgumentException(
                            "testpattern: takes width=, height=, rate= and frames=, separated by commas; not \"%s\""
                                    .formatted(parameter));
                }
                switch (known.group(1)) {
                    case "width" -> width = Integer.parseInt(known.group(2));
                    case "height" -> height = Integer.parseInt(known.group(2));
                    case "rate" -> rate = Double.parseDouble(known.group(2));
                    default -> frames = Long.parseLong(known.group(2));
                }
            }
        }
        return new TestPattern(width, height, rate, frames);
    }
}
