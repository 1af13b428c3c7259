package io.vigil.console.web.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Values of one moment, read from Prometheus' text format.
 *
 * @param samples in the order of the text; what is no number is left out
 */
record Metrics(List<Sample> samples) {

    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

    static Metrics parse(String text) {
        List<Sample> samples = new ArrayList<>();
        text.lines().map(LINE::matcher).filter(Matcher::matches).forEach(line -> {
            try {
                double value = Double.parseDouble(line.group(3));
                if (Double.isFinite(value)) {
                    samples.add(new Sample(line.group(1), labels(line.group(2)), value));
                }
            } catch (NumberFormatException noNumber) {
                // +Inf and NaN of Prometheus, or no metrics at all
            }
        });
        return new Metrics(List.copyOf(samples));
    }

    /** The sum of a metric over all its labels; empty if there is none. */
    OptionalDouble sum(String name) {
        List<Sample> found = named(name);
        return found.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(found.stream().mapToDouble(Sample::value).sum());
    }

    /** A metric's sums by the value of one label. */
    Map<String, Double> sumBy(String label, String name) {
        Map<String, Double> sums = new TreeMap<>();
        named(name).forEach(sample -> sums.merge(sample.labels().getOrDefault(label, ""), sample.value(), Double::sum));
        return sums;
    }

    private List<Sample> named(String name) {
        return samples.stream().filter(sample -> sample.name().equals(name)).toList();
    }

    private static Map<String, String> labels(@Nullable String text) {
        Map<String, String> labels = new TreeMap<>();
        if (text != null) {
            Matcher label = LABEL.matcher(text);
            while (label.find()) {
                labels.put(label.group(1), ESCAPED.matcher(label.group(2)).replaceAll("$1"));
            }
        }
        return labels;
    }

    /** One value. */
    record Sample(String name, Map<String, String> labels, double value) {}
}
