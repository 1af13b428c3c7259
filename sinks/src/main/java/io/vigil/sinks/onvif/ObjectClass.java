package io.vigil.sinks.onvif;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What ONVIF calls a label: one of its object types ({@code tt:ObjectType}) where it has one, else the label itself.
 *
 * @param type for {@code tt:Class}
 * @param vehicle for {@code tt:VehicleInfo}; empty for what is no vehicle
 */
public record ObjectClass(String type, Optional<String> vehicle) {

    private static final Map<String, ObjectClass> KNOWN = Map.ofEntries(
            Map.entry("person", of("Human")),
            Map.entry("face", of("HumanFace")),
            Map.entry("bicycle", new ObjectClass("Bicycle", Optional.of("Bicycle"))),
            Map.entry("car", vehicle("Car")),
            Map.entry("truck", vehicle("Truck")),
            Map.entry("bus", vehicle("Bus")),
            Map.entry("motorcycle", vehicle("Motorcycle")),
            Map.entry("license plate", of("LicensePlate")),
            Map.entry("dog", of("Animal")),
            Map.entry("cat", of("Animal")),
            Map.entry("bird", of("Animal")),
            Map.entry("horse", of("Animal")),
            Map.entry("sheep", of("Animal")),
            Map.entry("cow", of("Animal")));

    static ObjectClass ofLabel(String label) {
        return KNOWN.getOrDefault(label.toLowerCase(Locale.ROOT), of(label));
    }

    private static ObjectClass of(String type) {
        return new ObjectClass(type, Optional.empty());
    }

    private static ObjectClass vehicle(String type) {
        return new ObjectClass("Vehicle", Optional.of(type));
    }
}
