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
 * there what each has used since the last look. What a thread has used that waits by then goes, in the end, where it was found at work,
 * in the same proportions. All uses add up to the CPU time of the process.
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
    private final Map<Long, Account> accounts = new HashMap<>();
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
        Map<CpuUse, Long> booked = new EnumMap<>(CpuUse.class);
        accounts.values().forEach(account -> account.addTo(booked));
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
                book(ids[i], since);
            }
        }
    }

    private void book(long id, long nanos) {
        Account account = accounts.get(id);
        if (account == null) {
            ThreadInfo thread = threads.getThreadInfo(id);
            if (thread == null) {
                return;
            }
            account = new Account(CpuUse.ofThread(thread.getThreadName()));
            accounts.put(id, account);
        }
        if (account.use.isPresent()) {
            account.book(account.use.get(), nanos);
            return;
        }
        ThreadInfo thread = threads.getThreadInfo(id, DEPTH);
        if (thread == null || thread.getThreadState() != Thread.State.RUNNABLE) {
            account.bookWaiting(nanos);
        } else {
            account.book(CpuUse.ofStack(thread.getStackTrace()), nanos);
        }
    }

    /** What one thread has used, in nanoseconds. */
    private static final class Account {

        /** Of all of it; empty where that has to be found out. */
        private final Optional<CpuUse> use;

        private final Map<CpuUse, Long> found = new EnumMap<>(CpuUse.class);
        private long waiting;

        private Account(Optional<CpuUse> use) {
            this.use = use;
        }

        private void book(CpuUse at, long nanos) {
            found.merge(at, nanos, Long::sum);
        }

        private void bookWaiting(long nanos) {
            waiting += nanos;
        }

        private void addTo(Map<CpuUse, Long> all) {
            if (found.isEmpty()) {
                all.merge(CpuUse.REST_OF_SERVICE, waiting, Long::sum);
                return;
            }
            double sum = found.values().stream().mapToLong(Long::longValue).sum();
            found.forEach((at, nanos) -> all.merge(at, nanos + Math.round(waiting * nanos / sum), Long::sum));
        }
    }
}
