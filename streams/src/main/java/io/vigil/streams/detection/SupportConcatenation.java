package io.vigil.streams.detection;

import io.vigil.streams.inference.DirectMemory;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** One contribution tensor of all supports, concatenated along axis 0 in memory that is used again. Not thread-safe. */
final class SupportConcatenation {

    private final String name;
    private final DirectMemory memory = new DirectMemory();

    /**
     * @param name of the contribution tensor
     */
    SupportConcatenation(String name) {
        this.name = name;
    }

    /**
     * Concatenates; the tensor is valid until the next call, and the caller closes it.
     *
     * @param contributions at least one, oldest first
     * @throws InferenceException if the contributions differ in more than their first size
     */
    Tensor of(List<Contribution> contributions) throws InferenceException {
        List<Contribution.Part> parts = contributions.stream()
                .map(contribution -> contribution.part(name))
                .toList();
        Contribution.Part first = parts.get(0);
        long rows = 0;
        int bytes = 0;
        for (Contribution.Part part : parts) {
            if (!isLike(first, part)) {
                throw new InferenceException("the supports' %s differ in shape: %s and %s"
                        .formatted(name, Arrays.toString(first.shape()), Arrays.toString(part.shape())));
            }
            rows += part.shape()[0];
            bytes = Math.addExact(bytes, part.elements().remaining());
        }
        ByteBuffer all = memory.of(bytes);
        parts.forEach(part -> all.put(part.elements().duplicate()));
        long[] shape = first.shape().clone();
        shape[0] = rows;
        return Tensor.over(all.flip(), first.type(), shape);
    }

    private static boolean isLike(Contribution.Part first, Contribution.Part part) {
        return first.type() == part.type()
                && first.shape().length == part.shape().length
                && Arrays.equals(first.shape(), 1, first.shape().length, part.shape(), 1, part.shape().length);
    }
}
