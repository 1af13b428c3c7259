package io.vigil.console.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Books the CPU time of this process by what it was spent on: again and again it looks what the threads of the service are at, and books
 * there what each has used since the last look. All uses add up to the CPU time of the process.
 *
 * <p>Each look stops all threads of Java for some tenths of a millisecond: what is measured meanwhile is a little slower.
 */
final class CpuProfiler {

    static final String THREAD = "cpu-profiler";

    private static final Duration INTERVAL = Duration.ofMillis(20);

    /** The calls from the innermost to one that is known are fewer. */
    private static final int DEPTH = 40;

    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final Thread thread = new Thread(this::run, THREAD);
    private final Map<Long, Long> seen = new HashMap<>();
    private final Map<Long, Optional<CpuUse>> usesOfThreads = new HashMap<>();
    private final Map<CpuUse, Long> booked = new EnumMap<>(CpuUse.class);
    private final long processBefore;

    private CpuProfiler() {
        long[] ids = threads.getAllThreadIds();
        long[] used = threads.getThreadCpuTime(ids);
        for (int i = 0; i < ids.length; i++) {
            seen.put(ids[i], used[i]);
        }
        processBefore = process.getProcessCpuTime();
    }

    static CpuProfiler start() {
        CpuProfiler profiler = new CpuProfiler();
        profiler.thread.setDaemon(true);
        profiler.thread.start();
        return profiler;
    }

    /** Milliseconds of CPU time per frame since the start, for every use. */
    Map<CpuUse, Double> stop(int frames) throws InterruptedException {
        thread.interrupt();
        thread.join();
        look();
        long ofJavaThreads = booked.values().stream().mapToLong(Long::longValue).sum();
        long ofProcess = process.getProcessCpuTime() - processBefore;
        booked.put(CpuUse.OUTSIDE_JAVA_THREADS, Math.max(0, ofProcess - ofJavaThreads));
        Map<CpuUse, Double> msPerFrame = new EnumMap<>(CpuUse.class);
        for (CpuUse use : CpuUse.values()) {
            msPerFrame.put(use, booked.getOrDefault(use, 0L) / 1e6 / frames);
        }
        return msPerFrame;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL.toMillis());
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long[] ids = threads.getAllThreadIds();
        long[] used = threads.getThreadCpuTime(ids);
        for (int i = 0; i < ids.length; i++) {
            long since = used[i] - seen.getOrDefault(ids[i], 0L);
            if (since > 0) {
                seen.put(ids[i], used[i]);
                use(ids[i]).ifPresent(use -> booked.merge(use, since, Long::sum));
            }
        }
    }

    /** What a thread is at; empty where it has just ended. */
    private Optional<CpuUse> use(long id) {
        return usesOfThreads
                .computeIfAbsent(id, thread -> Optional.ofNullable(threads.getThreadInfo(thread))
                        .flatMap(info -> CpuUse.ofThread(info.getThreadName())))
                .or(() -> Optional.ofNullable(threads.getThreadInfo(id, DEPTH))
                        .map(ThreadInfo::getStackTrace)
                        .map(CpuUse::ofStack));
    }
}
