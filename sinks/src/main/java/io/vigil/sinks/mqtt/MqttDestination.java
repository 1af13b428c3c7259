package io.vigil.sinks.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.vigil.sinks.delivery.Destination;
import io.vigil.sinks.delivery.PermanentFailureException;
import io.vigil.sinks.delivery.TemporaryFailureException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Publishes records with quality of service 1: one is delivered when the broker has acknowledged all its messages.
 *
 * <p>Connects when there is something to publish, and anew after a fault. The availability topic is {@code online} while it is
 * connected; the broker itself says {@code offline} when the connection is lost.
 */
final class MqttDestination<T extends SpecificRecord> implements Destination<T> {

    private static final Set<Mqtt5PubAckReasonCode> PERMANENT =
            EnumSet.of(Mqtt5PubAckReasonCode.TOPIC_NAME_INVALID, Mqtt5PubAckReasonCode.PAYLOAD_FORMAT_INVALID);

    private final MqttConfig config;
    private final String availabilityTopic;
    private final MessageLayout<T> layout;
    private final Set<String> announced = new HashSet<>();
    /** The same for every connection, so that the broker ends a lost one, with its will, before it accepts the next. */
    private final String clientId = "vigil-" + UUID.randomUUID();

    private @Nullable Mqtt5AsyncClient connected;

    MqttDestination(MqttConfig config, String availabilityTopic, MessageLayout<T> layout) {
        this.config = config;
        this.availabilityTopic = availabilityTopic;
        this.layout = layout;
    }

    @Override
    public void deliver(T record) throws TemporaryFailureException, PermanentFailureException, InterruptedException {
        Mqtt5AsyncClient client = connection();
        try {
            for (MqttMessage announcement : layout.announcements(record)) {
                if (!announced.contains(announcement.topic())) {
                    publish(client, announcement);
                    announced.add(announcement.topic());
                }
            }
            for (MqttMessage message : layout.messages(record)) {
                publish(client, message);
            }
        } catch (TemporaryFailureException | InterruptedException e) {
            drop();
            throw e;
        }
    }

    @Override
    public void close() {
        Mqtt5AsyncClient client = connected;
        if (client != null) {
            try {
                publish(client, new MqttMessage(availabilityTopic, "offline", true));
            } catch (TemporaryFailureException | PermanentFailureException e) {
                // then the broker says so itself
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            drop();
        }
    }

    private Mqtt5AsyncClient connection()
            throws TemporaryFailureException, PermanentFailureException, InterruptedException {
        Mqtt5AsyncClient known = connected;
        if (known != null && known.getState().isConnected()) {
            return known;
        }
        drop();
        Mqtt5AsyncClient client = client();
        connected = client;
        try {
            await(client.connectWith().cleanStart(true).send());
            publish(client, new MqttMessage(availabilityTopic, "online", true));
        } catch (TemporaryFailureException | InterruptedException e) {
            drop();
            throw e;
        }
        return client;
    }

    /** Its own reconnecting would hide from us what has been delivered; trying again is the delivery's job. */
    private Mqtt5AsyncClient client() {
        Mqtt5ClientBuilder builder = Mqtt5Client.builder()
                .identifier(clientId)
                .serverHost(config.host())
                .serverPort(config.port())
                .willPublish()
                .topic(availabilityTopic)
                .payload("offline".getBytes(UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .applyWillPublish();
        if (config.tls()) {
            builder = builder.sslWithDefaultConfig();
        }
        if (config.credentials().isPresent()) {
            MqttConfig.Credentials credentials = config.credentials().get();
            builder = builder.simpleAuth()
                    .username(credentials.user())
                    .password(credentials.passwordBytes())
                    .applySimpleAuth();
        }
        return builder.buildAsync();
    }

    /** What was announced may be gone with the broker's retained messages, so it is announced again after a new connection. */
    private void drop() {
        Mqtt5AsyncClient client = connected;
        connected = null;
        announced.clear();
        if (client != null) {
            CompletableFuture<Void> unused = client.disconnect();
        }
    }

    private void publish(Mqtt5AsyncClient client, MqttMessage message)
            throws TemporaryFailureException, PermanentFailureException, InterruptedException {
        Mqtt5PublishResult result = await(client.publish(Mqtt5Publish.builder()
                .topic(message.topic())
                .payload(message.payload().getBytes(UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(message.retain())
                .build()));
        if (result.getError().isPresent()) {
            Throwable error = result.getError().get();
            if (error instanceof Mqtt5PubAckException refused
                    && PERMANENT.contains(refused.getMqttMessage().getReasonCode())) {
                throw new PermanentFailureException("%s refuses %s: %s"
                        .formatted(
                                config.host(),
                                message.topic(),
                                refused.getMqttMessage().getReasonCode()));
            }
            throw failure(error);
        }
    }

    private <T> T await(CompletableFuture<T> answer) throws TemporaryFailureException, InterruptedException {
        try {
            return answer.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TemporaryFailureException(
                    "MQTT broker %s:%d did not answer within %d ms"
                            .formatted(
                                    config.host(),
                                    config.port(),
                                    config.timeout().toMillis()),
                    e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        }
    }

    private TemporaryFailureException failure(Throwable cause) {
        return new TemporaryFailureException(
                "MQTT broker %s:%d: %s".formatted(config.host(), config.port(), cause.getMessage()), cause);
    }
}
