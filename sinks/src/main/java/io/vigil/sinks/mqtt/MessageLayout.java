package io.vigil.sinks.mqtt;

import java.util.List;

/** How the records of one topic are told over MQTT. */
interface MessageLayout<T> {

    /** What has to be known before the messages of this record, once per connection. */
    List<MqttMessage> announcements(T record);

    List<MqttMessage> messages(T record);
}
