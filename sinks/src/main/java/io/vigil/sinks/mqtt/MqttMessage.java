package io.vigil.sinks.mqtt;

/**
 * What is published.
 *
 * @param topic where
 * @param payload UTF-8
 * @param retain whether the broker keeps it for those who come later
 */
record MqttMessage(String topic, String payload, boolean retain) {}
