package io.vigil.sinks.mqtt;

import io.vigil.schema.Detections;
import io.vigil.sinks.onvif.SceneFrame;
import io.vigil.sinks.onvif.SceneJson;
import java.util.List;

/**
 * Detections as ONVIF's scene descriptions: {@code PREFIX/onvif-mj/VideoAnalytics/CAMERA/vigil}, as the ONVIF Analytics Service
 * Specification lays them out, with the camera for the profile and {@code vigil} for the analytics module.
 */
final class OnvifDetectionsLayout implements MessageLayout<Detections> {

    private final String prefix;

    OnvifDetectionsLayout(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public List<MqttMessage> announcements(Detections detections) {
        return List.of();
    }

    @Override
    public List<MqttMessage> messages(Detections detections) {
        String topic =
                "%s/onvif-mj/VideoAnalytics/%s/vigil".formatted(prefix, EventMessages.level(detections.getCameraId()));
        return List.of(new MqttMessage(topic, SceneJson.of(SceneFrame.of(detections)), false));
    }
}
