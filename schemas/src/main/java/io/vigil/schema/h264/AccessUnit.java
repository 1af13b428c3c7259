package io.vigil.schema.h264;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What is in an access unit: the NAL units of one picture as an Annex B byte stream.
 *
 * @param isIdr whether all its slices are of an IDR picture, which is decoded by itself and with which a group starts
 * @param hasSlices whether there is a picture at all
 * @param hasBidirectionalSlices whether it has B slices; streams with them are not in the order of capture
 * @param hasPictureParameters whether it has a picture parameter set
 * @param size of the pictures, from its sequence parameter set; empty if it has none that can be read
 */
public record AccessUnit(
        boolean isIdr,
        boolean hasSlices,
        boolean hasBidirectionalSlices,
        boolean hasPictureParameters,
        Optional<PictureSize> size) {

    private static final int SLICE = 1;
    private static final int SLICE_PARTITION_A = 2;
    private static final int IDR_SLICE = 5;
    private static final int SEQUENCE_PARAMETERS = 7;
    private static final int PICTURE_PARAMETERS = 8;
    private static final int B_SLICE = 1;
    private static final int SLICE_TYPES = 5;
    private static final int START_CODE_BYTES = 3;

    /**
     * Reads the headers of all NAL units. What is no H.264 has no slices.
     *
     * @param bytes from the position to the limit, both of which stay
     */
    public static AccessUnit read(ByteBuffer bytes) {
        Contents contents = new Contents();
        int start = afterStartCode(bytes, bytes.position());
        while (start >= 0) {
            int next = afterStartCode(bytes, start);
            contents.add(bytes.duplicate()
                    .limit(next < 0 ? bytes.limit() : next - START_CODE_BYTES)
                    .position(start));
            start = next;
        }
        return contents.accessUnit();
    }

    /** Whether decoding can begin with it: an IDR picture that brings its parameter sets along. */
    public boolean startsGroup() {
        return isIdr && hasPictureParameters && size.isPresent();
    }

    /** Where the bytes after the next start code begin; -1 if there is none. */
    private static int afterStartCode(ByteBuffer bytes, int from) {
        int i = from;
        while (i + START_CODE_BYTES <= bytes.limit()) {
            int third = bytes.get(i + 2);
            if (third == 1 && bytes.get(i) == 0 && bytes.get(i + 1) == 0) {
                return i + START_CODE_BYTES;
            }
            i += third == 0 ? 1 : START_CODE_BYTES;
        }
        return -1;
    }

    /** What has been found so far. */
    private static final class Contents {

        private int slices;
        private int idrSlices;
        private boolean bidirectional;
        private boolean pictureParameters;
        private Optional<PictureSize> size = Optional.empty();

        void add(ByteBuffer unit) {
            if (!unit.hasRemaining()) {
                return;
            }
            int type = unit.get() & 0x1F;
            switch (type) {
                case SLICE, SLICE_PARTITION_A -> slice(unit);
                case IDR_SLICE -> {
                    idrSlices++;
                    slice(unit);
                }
                case SEQUENCE_PARAMETERS -> size = PictureSize.read(unit);
                case PICTURE_PARAMETERS -> pictureParameters = true;
                default -> {}
            }
        }

        AccessUnit accessUnit() {
            return new AccessUnit(
                    slices > 0 && idrSlices == slices, slices > 0, bidirectional, pictureParameters, size);
        }

        private void slice(ByteBuffer header) {
            slices++;
            try {
                BitReader in = new BitReader(header);
                in.unsigned();
                bidirectional |= in.unsigned() % SLICE_TYPES == B_SLICE;
            } catch (BufferUnderflowException e) {
                // a slice without a header; the decoder will refuse it
            }
        }
    }
}
