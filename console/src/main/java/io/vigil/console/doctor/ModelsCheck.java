package io.vigil.console.doctor;

import io.vigil.streams.app.ModelCheck;
import io.vigil.streams.app.ServiceConfig;
import io.vigil.streams.app.StartRefusedException;
import java.util.ArrayList;
import java.util.List;

/** The model packages, loaded and run once, and what they run on. */
public record ModelsCheck(ServiceConfig config) implements Check {

    @Override
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        try {
            ModelCheck.models(config).forEach(model -> findings.add(Finding.ok("model", model + " loads and runs")));
        } catch (StartRefusedException e) {
            findings.add(
                    Finding.problem(
                            "model",
                            String.valueOf(e.getMessage()),
                            "name a complete package in detection.package and recognition.package, or leave them out for the shipped ones"));
        }
        findings.add(Finding.ok("accelerator", "models run on the processor; CUDA is neither used nor needed"));
        return findings;
    }
}
