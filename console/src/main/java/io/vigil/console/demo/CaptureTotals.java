package io.vigil.console.demo;

import io.vigil.producers.app.CameraStatus;
import io.vigil.producers.publish.DropReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the cameras gave, all together. */
record CaptureTotals(long captured, Map<DropReason, Long> droppedByReason) {

    static CaptureTotals of(List<CameraStatus> cameras) {
        Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
        cameras.forEach(camera -> camera.dropped().forEach((reason, count) -> {
            if (count > 0) {
                dropped.merge(reason, count, Long::sum);
            }
        }));
        return new CaptureTotals(
                cameras.stream().mapToLong(CameraStatus::captured).sum(), dropped);
    }

    long dropped() {
        return droppedByReason.values().stream().mapToLong(Long::longValue).sum();
    }
}
