package io.vigil.console.cli;

import io.vigil.console.broker.BrokerSettings;
import io.vigil.console.broker.EmbeddedBroker;
import io.vigil.console.process.StopSignal;
import io.vigil.console.topics.TopicAdmin;
import io.vigil.schema.topic.Topics;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A single-node Kafka for trying things. */
@Command(
        name = "broker",
        description = "Run a single-node Kafka broker with Vigil's topics, for trying things on this machine.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  vigil broker                            on localhost:9092, data in ./vigil-broker",
            "  vigil broker --port 19092 --data /tmp/b"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class BrokerCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "9092",
            paramLabel = "PORT",
            converter = PortConverter.class,
            description = "TCP port on the loopback interface; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data",
            defaultValue = "vigil-broker",
            paramLabel = "DIR",
            description = "Where its log is kept; used again at the next start (default: ./${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--partitions",
            defaultValue = "8",
            paramLabel = "N",
            description = "Partitions of the topics it makes (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Override
    public Integer call() throws InterruptedException {
        if (partitions < 1) {
            throw new ParameterException(spec.commandLine(), "--partitions must be at least 1: " + partitions);
        }
        StopSignal stop = StopSignal.install();
        try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(data.toAbsolutePath(), port))) {
            try (TopicAdmin admin = TopicAdmin.connect(broker.bootstrap())) {
                admin.create(TopicsCommand.definitions(Topics.standard(), partitions, (short) 1));
            }
            spec.commandLine().getOut().println("broker ready on " + broker.bootstrap());
            spec.commandLine().getOut().flush();
            stop.await();
        }
        return 0;
    }
}
