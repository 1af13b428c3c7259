package io.vigil.streams.inference;

import java.util.Locale;

/** What graphs run on. */
public enum Device {
    CPU,
    CUDA;

    /** As in the configuration. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
