package io.vigil.console.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.console.cluster.Cluster;
import io.vigil.console.doctor.CamerasCheck;
import io.vigil.console.doctor.Check;
import io.vigil.console.doctor.ClusterCheck;
import io.vigil.console.doctor.DiskCheck;
import io.vigil.console.doctor.Finding;
import io.vigil.console.doctor.Finding.Verdict;
import io.vigil.console.doctor.ModelsCheck;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import io.vigil.streams.app.ServiceConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What keeps an installation from working. */
@Command(
        name = "doctor",
        description = {
            "Say what is wrong with an installation and what to do: broker, topics and their limits, clock, disk, models, cameras.",
            "Ends with 0 if it would work. To compare clocks it makes a topic for a moment; it changes nothing else."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil doctor --bootstrap kafka:9092",
            "  vigil doctor --service-config service.conf --ingest-config cameras.conf"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DoctorCommand implements Callable<Integer> {

    private static final Duration CAMERA_LIMIT = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers to connect to first, instead of those in the service's configuration.")
    private @Nullable String bootstrap;

    @Option(names = "--service-config", paramLabel = "FILE", description = "Configuration of the service.")
    private @Nullable Path serviceConfig;

    @Option(
            names = "--ingest-config",
            paramLabel = "FILE",
            description = "Configuration of the ingest; its cameras are looked at.")
    private @Nullable Path ingestConfig;

    @Mixin
    private TopicOptions topicOptions;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int problems = 0;
        for (Check check : checks()) {
            for (Finding finding : check.findings()) {
                print(finding, out);
                problems += finding.verdict() == Verdict.PROBLEM ? 1 : 0;
            }
        }
        out.println(
                problems == 0
                        ? "this installation would work"
                        : "this installation would not work: %d %s"
                                .formatted(problems, problems == 1 ? "problem" : "problems"));
        out.flush();
        return (problems == 0 ? ExitCode.OK : ExitCode.UNAVAILABLE).code();
    }

    private List<Check> checks() {
        ServiceConfig service = service();
        List<Check> checks = new ArrayList<>(List.of(
                new ClusterCheck(new Cluster(service.bootstrapServers(), service.kafka()), topicOptions.topics()),
                new DiskCheck(service.stateDirectory()),
                new ModelsCheck(service)));
        if (ingestConfig != null) {
            Config cameras = IngestConfiguration.of(bootstrap, false, ingestConfig);
            checks.add(new CamerasCheck(
                    IngestConfiguration.parse(cameras, ingestConfig).cameras(), CAMERA_LIMIT));
        }
        return checks;
    }

    private ServiceConfig service() {
        Map<String, Object> options = new HashMap<>();
        if (bootstrap != null) {
            options.put("bootstrap-servers", bootstrap);
        }
        try {
            return ServiceConfig.from(ServiceConfiguration.of(options, serviceConfig));
        } catch (ConfigException e) {
            throw new Failure(ExitCode.USAGE, "the service's configuration: " + e.getMessage(), e);
        }
    }

    private static void print(Finding finding, PrintWriter out) {
        out.println("%-8s %s: %s"
                .formatted(
                        finding.verdict().name().toLowerCase(Locale.ROOT), finding.subject(), finding.explanation()));
        if (!finding.remedy().isEmpty()) {
            out.println("         -> " + finding.remedy());
        }
    }
}
