package io.vigil.console.doctor;

import io.vigil.streams.app.ModelCheck;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.app.StartRefusedException;
import io.vigil.streams.inference.Device;
import java.util.ArrayList;
import java.util.List;

/** The model packages, loaded and run once, and what they run on. */
public record ModelsCheck(ServiceConfig config) implements Check {

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        try {
            ModelCheck.Sound sound = ModelCheck.models(config);
            sound.names().forEach(model -> findings.add(Finding.ok("model", model + " loads and runs")));
            findings.add(accelerator(sound.device()));
        } catch (StartRefusedException e) {
            findings.add(
                    Finding.problem(
                            "model",
                            String.valueOf(e.getMessage()),
                            "name a complete package in detection.package and recognition.package, or leave them out for the shipped ones"));
        }
        return findings;
    }

    private Finding accelerator(Device device) {
        if (config.inference().cuda().isEmpty()) {
            return Finding.ok("accelerator", "models run on the processor; CUDA is neither used nor needed");
        }
        int gpu = config.inference().cuda().get().deviceId();
        return device == Device.CUDA
                ? Finding.ok("accelerator", "models run on CUDA device " + gpu)
                : Finding.problem(
                        "accelerator",
                        "CUDA device %d cannot be used, the models fell back to the processor".formatted(gpu),
                        "install what docs/gpu.md lists, or set inference.device = cpu");
    }
}
