package io.vigil.streams.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the sessions of a package, all on the same device. */
final class Sessions {

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final InferenceConfig config;
    private final Device device;

    private Sessions(InferenceConfig config, Device device) {
        this.config = config;
        this.device = device;
    }

    /**
     * Chooses the device.
     *
     * @throws ModelPackageException if CUDA is asked for, is not there, and no fall back is allowed
     */
    static Sessions of(InferenceConfig config) {
        if (config.cuda().isEmpty()) {
            return new Sessions(config, Device.CPU);
        }
        try {
            requireCuda(config.cuda().get());
            return new Sessions(config, Device.CUDA);
        } catch (ModelPackageException e) {
            if (!config.cuda().get().fallBack()) {
                throw e;
            }
            LOG.warn("{}; the models run on the processor, as inference.cuda.fall-back allows", e.getMessage());
            return new Sessions(config, Device.CPU);
        }
    }

    Device device() {
        return device;
    }

    /** Opens a graph for runs beside others; the caller closes it. */
    OrtSession open(ByteBuffer model) throws OrtException {
        return open(model, config.threadsPerRun());
    }

    /** Opens the same graph for runs that have the processor to themselves, if that makes a difference; the caller closes it. */
    Optional<OrtSession> openForRunsAlone(ByteBuffer model) throws OrtException {
        boolean different = device == Device.CPU && config.threadsWhenAlone() != config.threadsPerRun();
        return different ? Optional.of(open(model, config.threadsWhenAlone())) : Optional.empty();
    }

    /** Where the runs of a graph of this name belong. */
    RunThread runThread(String graph) {
        return device == Device.CUDA ? new DedicatedThread("inference-" + graph) : RunThread.CALLING;
    }

    private OrtSession open(ByteBuffer model, int threads) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setInterOpNumThreads(1);
            options.setIntraOpNumThreads(threads);
            // threads that wait in a loop take the cores from the other stream threads
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setCPUArenaAllocator(true);
            if (device == Device.CUDA) {
                addCuda(options, config.cuda().orElseThrow());
            }
            return OrtEnvironment.getEnvironment().createSession(model, options);
        }
    }

    private static void requireCuda(CudaConfig cuda) {
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new ModelPackageException(
                    "inference.device is cuda, but this build runs models on the processor only:"
                            + " build it with mvn package -Pcuda, or set inference.device = cpu");
        }
        try (SessionOptions options = new SessionOptions()) {
            addCuda(options, cuda);
        } catch (OrtException e) {
            throw new ModelPackageException(
                    ("inference.device is cuda, but ONNX Runtime cannot use CUDA device %d: %s. It needs an NVIDIA driver,"
                                    + " CUDA 12 and cuDNN 9; docs/gpu.md tells how to install them. Or set inference.device = cpu")
                            .formatted(cuda.deviceId(), e.getMessage()),
                    e);
        }
    }

    private static void addCuda(SessionOptions options, CudaConfig cuda) throws OrtException {
        try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions(cuda.deviceId())) {
            // every number of supports is a shape of its own: searching all algorithms for each would take minutes
            provider.add("cudnn_conv_algo_search", "HEURISTIC");
            provider.add("use_tf32", cuda.tf32() ? "1" : "0");
            if (cuda.memoryLimit().isPresent()) {
                provider.add("gpu_mem_limit", Long.toString(cuda.memoryLimit().get()));
            }
            options.addCUDA(provider);
        }
    }
}
