package io.vigil.console.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.vigil.console.process.ExitCode;
import io.vigil.console.process.Failure;
import java.io.PrintWriter;
import java.util.Optional;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code vigil} command. */
@Command(
        name = "vigil",
        description = "Real-time video analytics on Kafka: cameras in, detections and actions out.",
        mixinStandardHelpOptions = true,
        versionProvider = Vigil.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            IngestCommand.class,
            ServeCommand.class,
            SinkCommand.class,
            ConsoleCommand.class,
            TopicsCommand.class,
            BrokerCommand.class,
            DoctorCommand.class,
            ExportCommand.class,
            BenchCommand.class,
            TestCommand.class
        },
        footer = {"", "Each command has --help with examples. First steps: vigil demo"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
public final class Vigil implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Log what happens inside, and show where an error came from.")
    private boolean verbose;

    /** Runs one command; the process ends with its {@link ExitCode}. */
    public static void main(String[] args) {
        System.exit(execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    static int execute(PrintWriter out, PrintWriter err, String... args) {
        Vigil vigil = new Vigil();
        CommandLine line = new CommandLine(vigil)
                .setOut(out)
                .setErr(err)
                .registerConverter(java.time.Duration.class, new DurationConverter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(Vigil::explainUsage)
                .setExecutionExceptionHandler((e, command, parsed) -> vigil.explain(e, command.getErr()));
        line.setExecutionStrategy(parsed -> {
            vigil.setLogLevel(parsed);
            return new CommandLine.RunLast().execute(parsed);
        });
        return line.execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Demo, bench and export tell themselves what goes on; their log is for what goes wrong. */
    private void setLogLevel(ParseResult parsed) {
        Object command =
                parsed.hasSubcommand() ? parsed.subcommand().commandSpec().userObject() : this;
        if (verbose) {
            setLevel("io.vigil", Level.DEBUG);
            setLevel("org.apache.kafka", Level.WARN);
            setLevel("kafka", Level.WARN);
            setLevel("LogFutureTimestampLogger", Level.WARN);
        } else if (command instanceof DemoCommand
                || command instanceof BenchCommand
                || command instanceof ExportCommand) {
            setLevel("io.vigil", Level.WARN);
        }
    }

    private static void setLevel(String logger, Level level) {
        ((Logger) LoggerFactory.getLogger(logger)).setLevel(level);
    }

    private int explain(Exception e, PrintWriter err) {
        Optional<Failure> failure = failure(e);
        err.println("vigil: " + failure.map(Throwable::getMessage).orElse("unexpected error: " + e));
        if (verbose) {
            e.printStackTrace(err);
        } else if (failure.isEmpty()) {
            err.println("vigil: run the same command with --verbose to see where it came from");
        }
        err.flush();
        return failure.map(Failure::exitCode).orElse(ExitCode.FAILED).code();
    }

    /** What ended the command as a sentence, if it was foreseen. */
    private static Optional<Failure> failure(Exception e) {
        if (e instanceof AuthenticationException || e instanceof AuthorizationException) {
            return Optional.of(new Failure(
                    ExitCode.UNAVAILABLE,
                    "Kafka refuses us: %s; check user, password and rights, and the file of --command-config"
                            .formatted(e.getMessage()),
                    e));
        }
        if (e instanceof ApiException) {
            return Optional.of(
                    new Failure(ExitCode.UNAVAILABLE, "Kafka could not do that: %s".formatted(e.getMessage()), e));
        }
        return e instanceof Failure foreseen ? Optional.of(foreseen) : Optional.empty();
    }

    private static int explainUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("vigil: " + e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println(
                    "vigil: see %s --help".formatted(command.getCommandSpec().qualifiedName()));
        }
        err.flush();
        return ExitCode.USAGE.code();
    }

    /** The version from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Vigil.class.getPackage().getImplementationVersion();
            return new String[] {"vigil " + (version == null ? "(not packaged)" : version)};
        }
    }
}
