package io.vigil.console.bench;

import io.github.mweirauch.micrometer.jvm.extras.procfs.ProcfsStatus;

/**
 * Memory of this process.
 *
 * @param heapMb Java heap in use after a collection, MiB
 * @param residentMb what the process holds of the machine's memory, MiB: the heap as far as it was ever used, and everything outside
 *     of it, models, tensors, state stores, threads and the broker among it; 0 where there is no {@code /proc}
 */
record MemoryUse(double heapMb, double residentMb) {

    static final double MEBIBYTE = 1024 * 1024;

    /** Collects garbage and looks. */
    static MemoryUse now() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        double resident = ProcfsStatus.getInstance().get(ProcfsStatus.KEY.RSS);
        return new MemoryUse(
                (runtime.totalMemory() - runtime.freeMemory()) / MEBIBYTE, Math.max(0, resident) / MEBIBYTE);
    }
}
