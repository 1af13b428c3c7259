/**
 * Events over MQTT 5, laid out as users of Home Assistant and Frigate expect.
 *
 * <p>Read {@link io.vigil.sinks.mqtt.EventMessages} for what is published where, and {@link
 * io.vigil.sinks.mqtt.MqttDestination} for how.
 */
@NullMarked
package io.vigil.sinks.mqtt;

import org.jspecify.annotations.NullMarked;
