package io.vigil.producers.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vigil.producers.capture.CameraCapture;
import io.vigil.producers.capture.CameraState;
import io.vigil.producers.publish.DropReason;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** One camera's frames, state and last sign of life, read when somebody looks. */
record CameraMetrics(CameraCapture capture) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        String id = capture.camera().id().value();
        FunctionCounter.builder("vigil.frames.captured", capture, camera -> camera.counters()
                        .captured())
                .description("Frames that got a sequence number")
                .tag("camera", id)
                .register(registry);
        FunctionCounter.builder("vigil.frames.published", capture, camera -> camera.counters()
                        .published())
                .description("Frames that Kafka acknowledged")
                .tag("camera", id)
                .register(registry);
        for (DropReason reason : DropReason.values()) {
            FunctionCounter.builder("vigil.frames.dropped", capture, camera -> camera.counters()
                            .dropped()
                            .getOrDefault(reason, 0L))
                    .description("Captured frames that did not reach Kafka")
                    .tag("camera", id)
                    .tag("reason", tag(reason))
                    .register(registry);
        }
        for (CameraState state : CameraState.values()) {
            Gauge.builder("vigil.camera.state", capture, camera -> camera.state() == state ? 1 : 0)
                    .description("1 for the state that the camera is in")
                    .tag("camera", id)
                    .tag("state", tag(state))
                    .register(registry);
        }
        Gauge.builder("vigil.camera.last.frame.age", capture, CameraMetrics::lastFrameAge)
                .description("Time since the camera's last picture; not a number before the first")
                .baseUnit("seconds")
                .tag("camera", id)
                .register(registry);
    }

    private static double lastFrameAge(CameraCapture camera) {
        return camera.lastFrameAgeMillis().stream()
                .mapToDouble(millis -> millis / (double) TimeUnit.SECONDS.toMillis(1))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
