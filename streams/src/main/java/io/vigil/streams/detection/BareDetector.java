package io.vigil.streams.detection;

import static io.vigil.streams.detection.DetectionModel.FEATURES;
import static io.vigil.streams.detection.DetectionModel.IMAGE;
import static io.vigil.streams.detection.DetectionModel.IMAGE_SIZE;
import static io.vigil.streams.detection.DetectionModel.PROPOSALS;

import io.vigil.streams.frame.Fitted;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Outputs;
import io.vigil.streams.inference.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The graphs of a detector over tensors that are ready, with nothing around them: what measurements compare the service with.
 *
 * <p>Not thread-safe; the model is shared and stays its owner's.
 */
public final class BareDetector implements AutoCloseable {

    private final DetectionModel model;
    private final int supports;
    private final DetectorInput input;
    private final Tensor pixels;
    private final Tensor size;
    private final Map<String, Tensor> contributions = new HashMap<>();

    /**
     * @param picture serves as the key frame and as every support frame
     * @param supports support frames beside the key frame, which is its own last support
     */
    public BareDetector(DetectionModel model, Picture picture, int supports) throws InferenceException {
        this.model = model;
        this.supports = supports;
        this.input = new DetectorInput(model.manifest().input());
        Fitted fitted = input.write(picture);
        this.pixels = input.pixels(fitted);
        this.size = input.size();
        try (Outputs frame = frame();
                Outputs support = support(frame)) {
            List<Contribution> all = Collections.nCopies(supports + 1, Contribution.of(support));
            for (String name : model.contributions()) {
                contributions.put(name, new SupportConcatenation(name).of(all));
            }
        }
    }

    /** What the service runs for each frame: the frame's own graphs once, and the key frame's with what is kept of the supports. */
    public void detect() throws InferenceException {
        try (Outputs frame = frame();
                Outputs support = support(frame)) {
            Map<String, Tensor> inputs = new HashMap<>(contributions);
            inputs.put(FEATURES, frame.get(FEATURES));
            inputs.put(PROPOSALS, frame.get(PROPOSALS));
            inputs.put(IMAGE_SIZE, size);
            model.detect().run(inputs).close();
        }
    }

    /** The same with nothing kept: every support frame runs through the frame's graphs again. */
    public void detectRecomputing() throws InferenceException {
        for (int i = 0; i < supports; i++) {
            try (Outputs frame = frame()) {
                support(frame).close();
            }
        }
        detect();
    }

    @Override
    public void close() {
        List<Tensor> tensors = new ArrayList<>(contributions.values());
        tensors.add(pixels);
        tensors.add(size);
        tensors.forEach(Tensor::close);
        input.close();
    }

    private Outputs frame() throws InferenceException {
        return model.frame().run(Map.of(IMAGE, pixels, IMAGE_SIZE, size));
    }

    private Outputs support(Outputs frame) throws InferenceException {
        return model.support().run(Map.of(FEATURES, frame.get(FEATURES), PROPOSALS, frame.get(PROPOSALS)));
    }
}
