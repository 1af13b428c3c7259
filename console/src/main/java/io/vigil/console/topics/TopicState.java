package io.vigil.console.topics;

import java.util.List;
import java.util.Map;

/**
 * One topic as it is in a cluster.
 *
 * @param name its name
 * @param partitions how many partitions it has; 0 when it does not exist
 * @param replicationFactor copies of each partition; 0 when it does not exist
 * @param settings the settings that Vigil asks for, with the values they have
 * @param warnings one sentence for each way in which it is not as Vigil asks for
 */
public record TopicState(
        String name, int partitions, int replicationFactor, Map<String, String> settings, List<String> warnings) {

    public boolean exists() {
        return partitions > 0;
    }

    static TopicState missing(String name) {
        return new TopicState(
                name, 0, 0, Map.of(), List.of("topic %s does not exist; make it with: topics create".formatted(name)));
    }
}
