package io.vigil.streams.clip;

import io.vigil.schema.Frame;
import io.vigil.streams.deadletter.RejectedFrameException;
import io.vigil.streams.frame.FrameDecoder;
import io.vigil.streams.frame.Picture;
import io.vigil.streams.inference.InferenceException;
import io.vigil.streams.state.FrameStore;

/** The samples of the cameras as pictures, decoded from the store as they were the first time. */
final class StoredPictures {

    private final FrameStore store;
    private final FrameDecoder decoder;

    StoredPictures(FrameStore store, FrameDecoder decoder) {
        this.store = store;
        this.decoder = decoder;
    }

    /** The picture of a sample, which the store must hold. */
    Picture of(String camera, ClipWindow.Sample sample) throws InferenceException {
        Frame frame = store.get(camera, sample.slot());
        try {
            return decoder.decode(frame);
        } catch (RejectedFrameException e) {
            throw new InferenceException("sample %d: %s".formatted(frame.getSequence(), e.sentence()), e);
        }
    }
}
