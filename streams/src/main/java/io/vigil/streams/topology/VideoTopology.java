package io.vigil.streams.topology;

import static io.vigil.streams.node.Nodes.CHECK;
import static io.vigil.streams.node.Nodes.DEAD_LETTERS;
import static io.vigil.streams.node.Nodes.FRAMES;

import io.vigil.schema.topic.Topic;
import io.vigil.schema.topic.Topics;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.deadletter.DeadLetters;
import io.vigil.streams.frame.FrameCheck;
import io.vigil.streams.frame.FrameCheckProcessor;
import java.time.Clock;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/** The path of a frame. */
public final class VideoTopology {

    private final ServiceConfig config;
    private final Topics topics;
    private final Clock clock;

    public VideoTopology(ServiceConfig config, Topics topics, Clock clock) {
        this.config = config;
        this.topics = topics;
        this.clock = clock;
    }

    public Topology build() {
        FrameCheck check = new FrameCheck(topics.frames().values(), config.frames());
        DeadLetters deadLetters = new DeadLetters(topics.deadLetters().maxMessageBytes());
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(),
                FRAMES,
                new RecordTimestamp(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topics.frames().name());
        topology.addProcessor(CHECK, () -> new FrameCheckProcessor(check, deadLetters, clock), FRAMES);
        publish(topology, DEAD_LETTERS, topics.deadLetters(), CHECK);
        return topology;
    }

    private static void publish(Topology topology, String sink, Topic<?> topic, String... parents) {
        topology.addSink(
                sink, topic.name(), topic.keys().serializer(), topic.values().serializer(), parents);
    }
}
