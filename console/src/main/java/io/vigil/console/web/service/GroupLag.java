package io.vigil.console.web.service;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the service has read in the frames topic. Asks the cluster at most once a second. Thread-safe. */
final class GroupLag implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupLag.class);
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration COMPARABLE = Duration.ofSeconds(15);
    private static final int TIMEOUT_S = 3;

    private final Admin admin;
    private final String group;
    private final String topic;
    private Sample last = Sample.nothing(Instant.EPOCH);

    /**
     * Of one group in one topic.
     *
     * @param admin a client of the cluster, closed with this
     */
    GroupLag(Admin admin, String group, String topic) {
        this.admin = admin;
        this.group = group;
        this.topic = topic;
    }

    /** How it is now; nothing is known in it while the cluster does not answer. */
    synchronized Sample sample() {
        Instant now = Instant.now();
        if (Duration.between(last.time(), now).compareTo(FRESH) >= 0) {
            last = measure(now);
        }
        return last;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(TIMEOUT_S));
    }

    private Sample measure(Instant now) {
        try {
            List<TopicPartition> partitions = partitions();
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
            Map<TopicPartition, ListOffsetsResultInfo> ends =
                    await(admin.listOffsets(latest).all());
            Map<TopicPartition, @Nullable OffsetAndMetadata> read =
                    await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            Map<Integer, Partition> result = new TreeMap<>();
            ends.forEach((partition, end) -> {
                OffsetAndMetadata position = read.get(partition);
                result.put(
                        partition.partition(),
                        new Partition(
                                end.offset(),
                                position == null ? OptionalLong.empty() : OptionalLong.of(position.offset())));
            });
            return new Sample(now, result, framesPerSecond(result, now), group());
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the lag of {} is unknown", group, e);
            return Sample.nothing(now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Sample.nothing(now);
        }
    }

    private List<TopicPartition> partitions() throws InterruptedException, ExecutionException, TimeoutException {
        return await(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                .flatMap(description -> description.partitions().stream())
                .map(TopicPartitionInfo::partition)
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /** Empty for a group that does not exist. */
    private Optional<Group> group() throws InterruptedException, TimeoutException {
        try {
            ConsumerGroupDescription found =
                    await(admin.describeConsumerGroups(List.of(group)).all()).get(group);
            return found == null
                    ? Optional.empty()
                    : Optional.of(new Group(
                            found.groupState().toString(), found.members().size()));
        } catch (ExecutionException absent) {
            LOG.debug("group {} is unknown", group, absent);
            return Optional.empty();
        }
    }

    private OptionalDouble framesPerSecond(Map<Integer, Partition> now, Instant time) {
        Duration passed = Duration.between(last.time(), time);
        if (last.partitions().isEmpty() || passed.compareTo(COMPARABLE) > 0) {
            return OptionalDouble.empty();
        }
        long frames = end(now) - end(last.partitions());
        return OptionalDouble.of(frames / (passed.toMillis() / 1000.0));
    }

    private static long end(Map<Integer, Partition> partitions) {
        return partitions.values().stream().mapToLong(Partition::end).sum();
    }

    private static <T> T await(KafkaFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(TIMEOUT_S, TimeUnit.SECONDS);
    }

    /**
     * One moment.
     *
     * @param partitions by number; empty if the cluster did not answer
     * @param framesPerSecond written to the topic since the moment before; empty at first
     * @param group empty if it is unknown to the cluster
     */
    record Sample(
            Instant time, Map<Integer, Partition> partitions, OptionalDouble framesPerSecond, Optional<Group> group) {

        static Sample nothing(Instant time) {
            return new Sample(time, Map.of(), OptionalDouble.empty(), Optional.empty());
        }
    }

    /**
     * One partition of the topic.
     *
     * @param end offset of the next record
     * @param read offset of the next record that the group reads; empty if it has committed none
     */
    record Partition(long end, OptionalLong read) {

        OptionalLong lag() {
            return read.isPresent() ? OptionalLong.of(Math.max(0, end - read.getAsLong())) : OptionalLong.empty();
        }
    }

    /**
     * The service as a consumer group.
     *
     * @param state as Kafka names it
     * @param members its stream threads
     */
    record Group(String state, int members) {}
}
