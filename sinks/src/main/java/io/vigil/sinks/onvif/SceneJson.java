package io.vigil.sinks.onvif;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vigil.sinks.onvif.SceneFrame.SceneObject;

/**
 * A frame in the JSON syntax of ONVIF's scene description, as {@code onvif-mj} messages have it: attributes begin with {@code @}, text
 * is {@code #text}.
 */
public final class SceneJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SceneJson() {}

    public static String of(SceneFrame frame) {
        ObjectNode message = JSON.createObjectNode();
        ObjectNode json = message.putArray("Frame")
                .addObject()
                .put("@UtcTime", frame.time().toString())
                .put("@Source", frame.source());
        for (SceneObject object : frame.objects()) {
            write(json.withArray("Object").addObject(), object);
        }
        return message.toString();
    }

    private static void write(ObjectNode json, SceneObject object) {
        object.id().ifPresent(id -> json.put("@ObjectId", id));
        ObjectNode appearance = json.putObject("Appearance");
        ObjectNode shape = appearance.putObject("Shape");
        shape.putObject("BoundingBox")
                .put("@left", object.box().left())
                .put("@top", object.box().top())
                .put("@right", object.box().right())
                .put("@bottom", object.box().bottom());
        shape.putObject("CenterOfGravity")
                .put("@x", object.box().centreX())
                .put("@y", object.box().centreY());
        writeType(
                appearance.putObject("Class").putArray("Type").addObject(),
                object.type().type(),
                object.likelihood());
        object.type()
                .vehicle()
                .ifPresent(type -> writeType(
                        appearance.putArray("VehicleInfo").addObject().putObject("Type"), type, object.likelihood()));
    }

    private static void writeType(ObjectNode json, String type, float likelihood) {
        json.put("@Likelihood", likelihood).put("#text", type);
    }
}
