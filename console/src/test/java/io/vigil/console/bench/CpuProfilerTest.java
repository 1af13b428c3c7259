package io.vigil.console.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuProfilerTest {

    private static final long BUSY_MS = 300;

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

    private static void beBusy() {
        long end = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                + Duration.ofMillis(BUSY_MS).toNanos();
        while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
    }
}
