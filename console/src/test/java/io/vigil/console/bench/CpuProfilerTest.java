package io.vigil.console.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.OperatingSystemMXBean;
import io.vigil.schema.Detections;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CpuProfilerTest {

    private static final long BUSY_MS = 300;
    private static final int TASKS = 20;
    private static final Duration WAIT = Duration.ofMillis(30);

    @Test
    void shouldBookWhatThreadsOfTheServiceUseAndAddUpToTheProcess() throws Exception {
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long before = process.getProcessCpuTime();
        CpuProfiler profiler = CpuProfiler.start();

        Thread thread = new Thread(CpuProfilerTest::beBusy, "bench-StreamThread-1");
        thread.start();
        thread.join();

        Map<CpuUse, Double> used = profiler.stop(1);
        double ofProcess = (process.getProcessCpuTime() - before) / 1e6;
        assertThat(used.get(CpuUse.REST_OF_SERVICE)).isCloseTo(BUSY_MS, within(0.25 * BUSY_MS));
        assertThat(used.values().stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(ofProcess, within(0.1 * ofProcess));
    }

    @Test
    void shouldBookWhatThreadsThatWaitBetweenTasksUsedWhereTheyWereAtWork() throws Exception {
        writeSchemas();
        CpuProfiler profiler = CpuProfiler.start();

        Thread thread = new Thread(CpuProfilerTest::writeAndWait, "look-ahead");
        thread.start();
        thread.join();

        Map<CpuUse, Double> used = profiler.stop(1);
        assertThat(used.get(CpuUse.AVRO)).isGreaterThan(4 * used.get(CpuUse.REST_OF_SERVICE));
    }

    private static void writeAndWait() {
        for (int task = 0; task < TASKS; task++) {
            assertThat(writeSchemas()).isPositive();
            LockSupport.parkNanos(WAIT.toNanos());
        }
    }

    /** Takes some tens of milliseconds, and not one call outside of Java, where a look would rather find the thread. */
    private static int writeSchemas() {
        return IntStream.range(0, 2000)
                .map(i -> Detections.getClassSchema().toString().length())
                .sum();
    }

    private static void beBusy() {
        long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                + Duration.ofMillis(BUSY_MS).toNanos();
        while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
    }
}
