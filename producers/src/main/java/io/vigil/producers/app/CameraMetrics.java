package io.vigil.producers.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.publish.DropReason;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One camera's frames, state and last sign of life, read when somebody looks. */
record CameraMetrics(IngestCamera camera) implements MeterBinder {

    private static final String CAPTURED = "vigil.frames.captured";
    private static final String PUBLISHED = "vigil.frames.published";
    private static final String DROPPED = "vigil.frames.dropped";
    private static final String STATE = "vigil.camera.state";
    private static final String LAST_FRAME_AGE = "vigil.camera.last.frame.age";
    private static final Set<String> NAMES = Set.of(CAPTURED, PUBLISHED, DROPPED, STATE, LAST_FRAME_AGE);

    @Override
    public void bindTo(MeterRegistry registry) {
        String id = camera.id().value();
        FunctionCounter.builder(CAPTURED, camera, counted -> counted.counters().captured())
                .description("Frames that got a sequence number")
                .tag("camera", id)
                .register(registry);
        FunctionCounter.builder(PUBLISHED, camera, counted -> counted.counters().published())
                .description("Frames that Kafka acknowledged")
                .tag("camera", id)
                .register(registry);
        for (DropReason reason : DropReason.values()) {
            FunctionCounter.builder(DROPPED, camera, counted -> counted.counters()
                            .dropped()
                            .getOrDefault(reason, 0L))
                    .description("Captured frames that did not reach Kafka")
                    .tag("camera", id)
                    .tag("reason", tag(reason))
                    .register(registry);
        }
        for (CameraState state : CameraState.values()) {
            Gauge.builder(STATE, camera, counted -> counted.state() == state ? 1 : 0)
                    .description("1 for the state that the camera is in")
                    .tag("camera", id)
                    .tag("state", tag(state))
                    .register(registry);
        }
        Gauge.builder(LAST_FRAME_AGE, camera, CameraMetrics::lastFrameAge)
                .description("Time since the camera's last picture; not a number before the first")
                .baseUnit("seconds")
                .tag("camera", id)
                .register(registry);
    }

    /** Takes them out again. */
    void removeFrom(MeterRegistry registry) {
        registry.getMeters().stream()
                .map(Meter::getId)
                .filter(meter ->
                        NAMES.contains(meter.getName()) && camera.id().value().equals(meter.getTag("camera")))
                .forEach(registry::remove);
    }

    private static double lastFrameAge(IngestCamera camera) {
        return camera.lastFrameAgeMillis().stream()
                .mapToDouble(millis -> millis / (double) TimeUnit.SECONDS.toMillis(1))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
