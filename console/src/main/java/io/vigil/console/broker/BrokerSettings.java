package io.vigil.console.broker;

import io.vigil.console.process.LoopbackPort;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the embedded broker listens and keeps its log.
 *
 * @param data directory of the log and the metadata; made when missing, reused when formatted already
 * @param port TCP port on the loopback interface; {@link #ANY_PORT} takes a free one
 */
public record BrokerSettings(Path data, int port) {

    public static final int ANY_PORT = 0;
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    private static final int MAX_PORT = 65535;

    public BrokerSettings {
        if (port < ANY_PORT || port > MAX_PORT) {
            throw new IllegalArgumentException("port must be 0 to %d: %d".formatted(MAX_PORT, port));
        }
    }

    /**
     * Settings of {@code kafka.server.KafkaConfig} for one node on a small machine.
     *
     * <p>Internal topics get few partitions, because each of them is opened at start; the log cleaner gets 4 MiB instead of
     * 128; a group's first member does not wait for a second. Frames read faster than real time have timestamps ahead of the
     * clock, which the broker would refuse beyond an hour.
     */
    Map<String, String> properties(int listenerPort, int controllerPort) {
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", Integer.toString(NODE_ID)),
                Map.entry("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, LoopbackPort.HOST, controllerPort)),
                Map.entry("controller.listener.names", CONTROLLER_LISTENER),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://%s:%d,%s://%s:%d"
                                .formatted(
                                        LoopbackPort.HOST,
                                        listenerPort,
                                        CONTROLLER_LISTENER,
                                        LoopbackPort.HOST,
                                        controllerPort)),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", data.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "2"),
                Map.entry("background.threads", "2"),
                Map.entry("num.recovery.threads.per.data.dir", "2"),
                Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(4 * 1024 * 1024)),
                Map.entry("log.segment.bytes", Integer.toString(64 * 1024 * 1024)),
                Map.entry("log.retention.check.interval.ms", "30000"),
                Map.entry("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)));
    }
}
