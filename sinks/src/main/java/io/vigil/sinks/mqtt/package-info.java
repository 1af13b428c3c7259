/**
 * Records over MQTT 5, laid out as users of Home Assistant and Frigate expect, or as ONVIF's Profile M has them.
 *
 * <p>A {@link io.vigil.sinks.mqtt.MessageLayout} says what is published where, and {@link io.vigil.sinks.mqtt.MqttDestination}
 * how.
 */
@NullMarked
package io.vigil.sinks.mqtt;

import org.jspecify.annotations.NullMarked;
