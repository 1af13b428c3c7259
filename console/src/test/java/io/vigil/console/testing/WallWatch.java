package io.vigil.console.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** Notes every picture that a browser draws on the wall, with what the page says of it. */
public final class WallWatch {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String BEGIN = """
            window.watched = [];
            new MutationObserver((changes) => {
              for (const canvas of new Set(changes.map((change) => change.target))) {
                const {sequence, boxes, captureTimeUs} = canvas.dataset;
                watched.push({camera: canvas.closest('article').dataset.camera, sequence: Number(sequence), boxes,
                              latency: Date.now() - captureTimeUs / 1000});
              }
            }).observe(document.querySelector('.wall'), {subtree: true, attributeFilter: ['data-sequence']});
            true""";

    private final Chromium browser;

    private WallWatch(Chromium browser) {
        this.browser = browser;
    }

    /** Watches the wall, which the page shows already, from now on. */
    public static WallWatch begin(Chromium browser) throws Exception {
        browser.evaluate(BEGIN);
        return new WallWatch(browser);
    }

    /** What was drawn of a camera so far, in order. */
    public List<JsonNode> pictures(String camera) throws Exception {
        List<JsonNode> found = new ArrayList<>();
        browser.evaluate("watched.filter(({camera}) => camera === '%s')".formatted(camera))
                .forEach(found::add);
        return found;
    }

    /** From capture to canvas, over all cameras. */
    public double medianLatencyMs() throws Exception {
        List<Double> latencies = new ArrayList<>();
        browser.evaluate("watched.map(({latency}) => latency)").forEach(latency -> latencies.add(latency.asDouble()));
        return latencies.stream().sorted().toList().get(latencies.size() / 2);
    }

    public static long sequence(JsonNode picture) {
        return picture.get("sequence").asLong();
    }

    /** The left edge of a picture's first box, source pixels. */
    public static double firstBoxLeft(JsonNode picture) {
        try {
            return JSON.readTree(picture.get("boxes").asText()).get(0).get("x").asDouble();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
