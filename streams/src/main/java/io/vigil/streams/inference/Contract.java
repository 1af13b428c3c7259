package io.vigil.streams.inference;

import io.vigil.streams.frame.InputFit;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a task demands of one graph of a manifest; each check names what it wants and what is there. */
public final class Contract {

    private final String graph;
    private final Manifest manifest;
    private final Manifest.Graph declared;

    /**
     * The contract of a graph.
     *
     * @throws ModelPackageException if the manifest has no such graph
     */
    public Contract(Manifest manifest, String graph) {
        Manifest.Graph found = manifest.graphs().get(graph);
        if (found == null) {
            throw new ModelPackageException("package %s needs a graph \"%s\", it has %s"
                    .formatted(
                            manifest.name(),
                            graph,
                            new TreeSet<>(manifest.graphs().keySet())));
        }
        this.graph = graph;
        this.manifest = manifest;
        this.declared = found;
    }

    public Set<String> inputs() {
        return new TreeSet<>(declared.inputs().keySet());
    }

    public Set<String> outputs() {
        return new TreeSet<>(declared.outputs().keySet());
    }

    /**
     * Element type of an output.
     *
     * @throws ModelPackageException if there is no such output
     */
    public ElementType outputType(String name) {
        return spec(declared.outputs(), name).type();
    }

    public Contract inputs(Set<String> wanted) {
        requireNames("inputs", wanted, inputs());
        return this;
    }

    public Contract outputs(Set<String> wanted) {
        requireNames("outputs", wanted, outputs());
        return this;
    }

    /** Sizes may be {@link TensorSpec#ANY}. */
    public Contract input(String name, ElementType type, long... sizes) {
        requireSpec("input", declared.inputs(), name, type, sizes);
        return this;
    }

    /** Sizes may be {@link TensorSpec#ANY}. */
    public Contract output(String name, ElementType type, long... sizes) {
        requireSpec("output", declared.outputs(), name, type, sizes);
        return this;
    }

    /**
     * Pictures: the sizes in front, then height, width and three channels. Height and width are open, or those that
     * {@code manifest.input} makes where these do not depend on the camera.
     */
    public Contract pictures(String name, long... before) {
        int height = before.length;
        long[] sizes = Arrays.copyOf(before, before.length + 3);
        sizes[height] = TensorSpec.ANY;
        sizes[height + 1] = TensorSpec.ANY;
        sizes[height + 2] = 3;
        input(name, ElementType.UINT8, sizes);
        requirePictureSize(name, height, manifest.input().height());
        requirePictureSize(name, height + 1, manifest.input().width());
        return this;
    }

    private void requirePictureSize(String name, int axis, int made) {
        TensorSpec spec = spec(declared.inputs(), name);
        long size = spec.shape().get(axis).size().orElse(made);
        boolean varies = manifest.input().resize() == InputFit.Resize.FIT
                && spec.shape().get(axis).size().isPresent();
        if (varies || size != made) {
            throw new ModelPackageException("graph %s: input %s is %s, but input.resize %s makes pictures of %s"
                    .formatted(
                            graph,
                            name,
                            spec,
                            manifest.input().resize(),
                            varies
                                    ? "sizes that depend on the camera"
                                    : "%d x %d pixels"
                                            .formatted(
                                                    manifest.input().width(),
                                                    manifest.input().height())));
        }
    }

    private void requireNames(String kind, Set<String> wanted, Set<String> actual) {
        if (!actual.equals(wanted)) {
            throw new ModelPackageException(
                    "graph %s: the %s must be %s, are %s".formatted(graph, kind, new TreeSet<>(wanted), actual));
        }
    }

    private void requireSpec(String kind, Map<String, TensorSpec> specs, String name, ElementType type, long... sizes) {
        TensorSpec spec = spec(specs, name);
        if (!spec.is(type, sizes)) {
            throw new ModelPackageException("graph %s: %s %s must be %s %s, is %s"
                    .formatted(graph, kind, name, type, Arrays.toString(sizes).replace("-1", "any"), spec));
        }
    }

    private TensorSpec spec(Map<String, TensorSpec> specs, String name) {
        TensorSpec spec = specs.get(name);
        if (spec == null) {
            throw new ModelPackageException("graph %s: %s is missing".formatted(graph, name));
        }
        return spec;
    }
}
