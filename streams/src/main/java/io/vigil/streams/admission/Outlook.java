package io.vigil.streams.admission;

import io.vigil.schema.Frame;
import io.vigil.schema.FrameEncoding;
import io.vigil.streams.frame.FrameStamp;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether frames that come next will be analysed, as far as it can be told before their turn: none is shed, none turns out broken. H.264 is
 * decoded in order and therefore not foreseen. Asked for one frame after the other.
 */
final class Outlook implements Predicate<Frame> {

    private final Admission admission;
    private final Function<String, @Nullable Progress> stored;
    private final Map<String, Progress> foreseen = new HashMap<>();

    /**
     * @param stored progress of the other cameras
     * @param camera of the frame whose turn it is
     * @param after its camera's progress with it
     */
    Outlook(Admission admission, Function<String, @Nullable Progress> stored, String camera, Progress after) {
        this.admission = admission;
        this.stored = stored;
        foreseen.put(camera, after);
    }

    @Override
    public boolean test(Frame next) {
        @Nullable Progress before = foreseen.get(next.getCameraId());
        Admission.Decision decision = admission.decide(
                before == null ? stored.apply(next.getCameraId()) : before,
                FrameStamp.of(next),
                () -> false,
                () -> false);
        foreseen.put(next.getCameraId(), decision.after());
        return decision.skipped().isEmpty() && next.getEncoding() == FrameEncoding.JPEG;
    }
}
