package io.vigil.console.web.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.vigil.console.web.Routes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** How the service does, as one JSON object; null in it is what is not known. */
final class ServiceRoutes implements Routes {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Gauges that are shown as they are, by their names in Prometheus. */
    private static final Map<String, String> GAUGES = Map.of(
            "restore_remaining_records", "vigil_restore_remaining_records",
            "memory_bytes", "process_memory_rss_bytes",
            "uptime_s", "process_uptime_seconds",
            "cpu", "process_cpu_usage");

    private static final String WINDOW_FILL = "vigil_window_fill_ratio";

    private final String group;
    private final Instant since;
    private final Throughput throughput;
    private final ModelsSeen models;
    private final FrameAccounts accounts;
    private final GroupLag lag;
    private final List<MetricsText> metrics;

    ServiceRoutes(
            String group,
            Instant since,
            Throughput throughput,
            ModelsSeen models,
            FrameAccounts accounts,
            GroupLag lag,
            List<MetricsText> metrics) {
        this.group = group;
        this.since = since;
        this.throughput = throughput;
        this.models = models;
        this.accounts = accounts;
        this.lag = lag;
        this.metrics = List.copyOf(metrics);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/api/service", this::service);
    }

    private void service(Context request) {
        ObjectNode json = JSON.createObjectNode();
        GroupLag.Sample sample = lag.sample();
        addRates(json, sample);
        addGroup(json.putObject("group"), sample);
        addModels(json.putArray("models"));
        addAccounts(json);
        addMetrics(json.putArray("processes"));
        request.contentType("application/json").result(json.toString());
    }

    private void addRates(ObjectNode json, GroupLag.Sample sample) {
        ObjectNode rates = json.putObject("per_s").putNull("frames");
        sample.framesPerSecond().ifPresent(rate -> rates.put("frames", rate));
        throughput
                .perSecond(Instant.now())
                .forEach((kind, rate) -> rates.put(kind.name().toLowerCase(Locale.ROOT), rate));
        ObjectNode stages = json.putObject("stage_ms");
        throughput.stageMillis().forEach(stages::put);
    }

    private void addGroup(ObjectNode json, GroupLag.Sample sample) {
        json.put("id", group).putNull("state").putNull("members");
        sample.group().ifPresent(found -> json.put("state", found.state()).put("members", found.members()));
        ArrayNode partitions = json.putArray("partitions");
        sample.partitions().forEach((number, partition) -> {
            ObjectNode one = partitions
                    .addObject()
                    .put("partition", number)
                    .put("end", partition.end())
                    .putNull("lag");
            partition.lag().ifPresent(records -> one.put("lag", records));
        });
    }

    private void addModels(ArrayNode json) {
        models.models().forEach(entry -> json.addObject()
                .put("role", entry.getKey().role())
                .put("name", entry.getKey().name())
                .put("version", entry.getKey().version())
                .put("results", entry.getValue().results())
                .put("last_ms", entry.getValue().last().toEpochMilli()));
    }

    private void addAccounts(ObjectNode json) {
        json.put("since_ms", since.toEpochMilli()).put("strangers", accounts.strangers());
        ArrayNode cameras = json.putArray("cameras");
        accounts.accounts().forEach((id, account) -> {
            ObjectNode camera = cameras.addObject()
                    .put("camera", id)
                    .put("captured", account.captured())
                    .put("analysed", account.analysed())
                    .put("skipped", account.skipped())
                    .put("dropped", account.dropped())
                    .put("dead_letters", account.deadLetters())
                    .put("repeated", account.repeated());
            ObjectNode reasons = camera.putObject("skipped_by_reason");
            account.skippedByReason().forEach((reason, count) -> reasons.put(reason.name(), count));
        });
    }

    private void addMetrics(ArrayNode json) {
        for (MetricsText source : metrics) {
            ObjectNode process = json.addObject();
            try {
                addMetrics(process, Metrics.parse(source.read()));
            } catch (IOException e) {
                process.put("problem", "the metrics cannot be read: " + e.getMessage());
            }
        }
    }

    private static void addMetrics(ObjectNode json, Metrics found) {
        GAUGES.forEach((key, name) -> {
            OptionalDouble value = found.sum(name);
            value.ifPresentOrElse(known -> json.put(key, known), () -> json.putNull(key));
        });
        json.putNull("window_fill");
        mean(found, WINDOW_FILL).ifPresent(ratio -> json.put("window_fill", ratio));
        ObjectNode keys = json.putObject("store_keys");
        found.sumBy("rocksdb_state_id", "kafka_stream_state_estimate_num_keys").forEach(keys::put);
    }

    /** Of a summary; empty if nothing was measured. */
    private static OptionalDouble mean(Metrics found, String summary) {
        OptionalDouble sum = found.sum(summary + "_sum");
        double count = found.sum(summary + "_count").orElse(0);
        return sum.isPresent() && count > 0 ? OptionalDouble.of(sum.getAsDouble() / count) : OptionalDouble.empty();
    }
}
