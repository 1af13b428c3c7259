package io.vigil.streams.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vigil.schema.topic.Topics;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {

    @Test
    void shouldMissAKilledInstanceSoon() {
        assertThat(sessionTimeout("")).isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"session.timeout.ms", "consumer.session.timeout.ms", "main.consumer.session.timeout.ms"})
    void kafkaBlockShouldHaveTheLastWord(String key) {
        assertThat(sessionTimeout("kafka.%s = 6000".formatted(key))).isEqualTo(6_000);
    }

    @Test
    void kafkaBlockShouldHaveTheLastWordOnChangelogs() {
        String key = StreamsConfig.topicPrefix(TopicConfig.SEGMENT_BYTES_CONFIG);

        assertThat(streams("").originals()).containsEntry(key, 16 << 20);
        assertThat(streams("kafka.topic.segment.bytes = 33554432").originals())
                .hasEntrySatisfying(key, bytes -> assertThat(bytes).hasToString("33554432"));
    }

    @Test
    void standbyCopiesShouldBeHandedToKafkaStreams() {
        assertThat(streams("kafka.num.standby.replicas = 1").getInt(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"exactly_once_v2, 1000", "at_least_once, 100"})
    void backlogsShouldShareACommitForLongerWhereACommitIsATransaction(String guarantee, long interval) {
        assertThat(streams("processing-guarantee = " + guarantee).getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG))
                .isEqualTo(interval);
    }

    /** Kafka Streams refuses transactions that may be ended before they are committed. */
    @ParameterizedTest
    @ValueSource(strings = {"inference.deadline = 100 ms", "commit-interval = 1 m"})
    void transactionsShouldOutliveTheCommitInterval(String hocon) {
        StreamsConfig streams = streams(hocon);

        assertThat(streams.getProducerConfigs("vigil").get(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG))
                .asInstanceOf(InstanceOfAssertFactories.INTEGER)
                .isGreaterThan(
                        streams.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG).intValue());
    }

    private static int sessionTimeout(String hocon) {
        Map<String, Object> consumer = streams(hocon).getMainConsumerConfigs("vigil", "vigil-1", 0);
        return Integer.parseInt(String.valueOf(consumer.get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)));
    }

    private static StreamsConfig streams(String hocon) {
        ServiceConfig config =
                ServiceConfig.from(ConfigFactory.parseString(hocon + "\ndetection.package = some-package"));
        return new StreamsConfig(new KafkaSettings(config, Topics.standard()).streams());
    }
}
