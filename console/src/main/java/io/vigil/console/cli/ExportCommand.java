package io.vigil.console.cli;

import io.vigil.console.export.Export;
import io.vigil.console.export.ExportFormat;
import io.vigil.console.export.ExportSettings;
import io.vigil.console.export.TimeSpan;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.StopSignal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Results out of Kafka into files. */
@Command(
        name = "export",
        description = {
            "Write the committed results of a span of time to files: JSON Lines, CSV, COCO-VID, or MP4 with the boxes burned in.",
            "Reads to the end that the topics have when it begins. Nothing is left behind when it is stopped."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil export --bootstrap kafka:9092 --from 15m --format mp4 --out videos",
            "  vigil export --bootstrap kafka:9092 --from 2026-11-24T08:00:00Z --to 2026-11-24T09:00:00Z --out morning.jsonl",
            "  vigil export --bootstrap kafka:9092 --from 24h --camera yard --camera gate --format csv --out tables"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            converter = MomentConverter.class,
            description = "First capture time, as 2026-11-24T08:00:00Z, or so long ago, as 15m or 24h.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = MomentConverter.class,
            description = "First capture time that is left out, in the same forms (default: now).")
    private @Nullable Instant to;

    @Option(names = "--camera", paramLabel = "ID", description = "Only this camera. Repeatable (default: all).")
    private Set<String> cameras = Set.of();

    @Option(
            names = "--format",
            defaultValue = "jsonl",
            paramLabel = "FORMAT",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ExportFormat format;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "PATH",
            description = "File for jsonl and coco-vid, directory for csv and mp4; what is there is replaced.")
    private Path out;

    @Override
    public Integer call() {
        new Export(settings(), cluster.topicsWithIds(), spec.commandLine().getOut(), StopSignal.install()).run();
        return ExitCode.OK.code();
    }

    private ExportSettings settings() {
        try {
            TimeSpan span = new TimeSpan(from, to == null ? Instant.now() : to);
            return new ExportSettings(cluster.cluster(), span, cameras, format, out);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
