package io.vigil.console.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;

/**
 * CPU time of this process so far, by what its threads are for.
 *
 * @param nanos per group
 */
record CpuTime(Map<CpuTime.Group, Long> nanos) {

    /** What a thread is for. */
    enum Group {
        STREAM_THREADS,
        KAFKA_CLIENTS,
        BROKER,
        MEASURING,
        JVM
    }

    static CpuTime now() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<Group, Long> nanos = new EnumMap<>(Group.class);
        long ofJavaThreads = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            long used = thread == null ? -1 : threads.getThreadCpuTime(thread.getThreadId());
            if (used > 0) {
                nanos.merge(group(thread.getThreadName()), used, Long::sum);
                ofJavaThreads += used;
            }
        }
        long ofProcess =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        nanos.put(Group.JVM, Math.max(0, ofProcess - ofJavaThreads));
        return new CpuTime(nanos);
    }

    /** Milliseconds per frame since an earlier reading. */
    Map<Group, Double> msPerFrameSince(CpuTime earlier, int frames) {
        Map<Group, Double> used = new EnumMap<>(Group.class);
        nanos.forEach((group, now) -> used.put(group, (now - earlier.nanos.getOrDefault(group, 0L)) / 1e6 / frames));
        return used;
    }

    private static Group group(String thread) {
        if (thread.startsWith("kafka-producer-network-thread")
                || thread.startsWith("kafka-coordinator-heartbeat-thread")
                || thread.startsWith("kafka-admin-client-thread")) {
            return Group.KAFKA_CLIENTS;
        }
        if (thread.contains("StreamThread") || thread.equals("look-ahead")) {
            return Group.STREAM_THREADS;
        }
        return thread.equals("result-follower") || thread.equals("main") ? Group.MEASURING : Group.BROKER;
    }
}
