package io.vigil.streams.rules;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.vigil.schema.topic.CameraId;
import io.vigil.streams.config.Limits;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules of all cameras.
 *
 * @param margin how far beyond a border an object must be before it counts as gone over it, share of the picture
 * @param cameras by camera id
 */
public record RulesConfig(double margin, Map<String, CameraRules> cameras) {

    public RulesConfig {
        cameras = Map.copyOf(cameras);
    }

    /**
     * Reads the {@code rules} block.
     *
     * @throws ConfigException if a key is unknown or missing, a name is used twice, or a shape is none
     */
    public static RulesConfig from(Config config) {
        Map<String, CameraRules> cameras = new HashMap<>();
        for (Config camera : config.getConfigList("cameras")) {
            String id = cameraId(camera);
            if (cameras.put(id, new CameraRulesReader(camera).read()) != null) {
                throw new ConfigException.BadValue(
                        camera.origin(), "rules.cameras", "camera %s has rules already".formatted(id));
            }
        }
        return new RulesConfig(Limits.number(config, "margin", 0, 0.25), cameras);
    }

    CameraRules of(String camera) {
        return cameras.getOrDefault(camera, CameraRules.NONE);
    }

    private static String cameraId(Config camera) {
        try {
            return new CameraId(camera.getString("id")).toString();
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(camera.origin(), "rules.cameras.id", String.valueOf(e.getMessage()), e);
        }
    }
}
