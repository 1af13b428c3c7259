package io.vigil.console.web;

import io.vigil.console.cluster.Cluster;
import io.vigil.console.web.service.MetricsText;
import io.vigil.schema.topic.Topics;
import java.util.List;

/**
 * What the console shows.
 *
 * @param topics whose records are shown
 * @param applicationId of the service, which is the name of its consumer group
 * @param metrics of Vigil's processes, as far as they are known
 */
public record ConsoleSource(Cluster cluster, Topics topics, String applicationId, List<MetricsText> metrics) {

    public ConsoleSource {
        metrics = List.copyOf(metrics);
    }
}
