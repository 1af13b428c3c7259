package io.vigil.sinks.mqtt;

/** How topics and payloads are laid out. */
public enum MqttFormat {
    /** Events, as Home Assistant and Frigate's users expect them. */
    HOME_ASSISTANT("home-assistant"),
    /** Events and detections, as ONVIF's Profile M has them in JSON. */
    ONVIF("onvif");

    private final String word;

    MqttFormat(String word) {
        this.word = word;
    }

    /** As it is written in a configuration. */
    @Override
    public String toString() {
        return word;
    }
}
