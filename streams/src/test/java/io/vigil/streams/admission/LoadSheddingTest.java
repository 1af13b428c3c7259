package io.vigil.streams.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LoadSheddingTest {

    private static final long PERIOD_MILLIS = 100;

    private final LoadShedding shedding = new LoadShedding(Duration.ofSeconds(1));

    @Test
    void shouldShedNoneUpToHalfTheLimitAndAllFromTheLimitOn() {
        assertThat(shed("north", 500, 100)).isZero();
        assertThat(shed("north", 1000, 100)).isEqualTo(100);
        assertThat(shed("north", 5000, 100)).isEqualTo(100);
    }

    @Test
    void shouldShedAShareThatGrowsWithTheAge() {
        assertThat(shed("north", 625, 100)).isEqualTo(25);
        assertThat(shed("north", 750, 100)).isEqualTo(50);
    }

    @Test
    void shouldKeepCamerasApart() {
        assertThat(shedding.sheds("north", 999)).isFalse();
        assertThat(shedding.sheds("south", 999)).isFalse();
        assertThat(shedding.sheds("north", 999)).isTrue();
    }

    /** On a thread that manages three frames in the time in which each of the two sends two. */
    @Property(tries = 50)
    void shouldShedCamerasThatTakeTurnsOnAThreadAlike(@ForAll @IntRange(max = 99) int offsetMillis) {
        LoadShedding shared = new LoadShedding(Duration.ofSeconds(1));
        int frames = 4000;
        double now = 0;
        int[] shed = new int[2];
        for (int frame = 0; frame < frames; frame++) {
            for (int camera = 0; camera < 2; camera++) {
                long captured = frame * PERIOD_MILLIS + (long) camera * offsetMillis;
                now = Math.max(now, captured);
                if (shared.sheds("camera-" + camera, Math.round(now - captured))) {
                    shed[camera]++;
                } else {
                    now += PERIOD_MILLIS * 2 / 3.0;
                }
            }
        }
        assertThat(shed[0] + shed[1]).isCloseTo(frames / 2, within(frames / 100));
        assertThat(shed[0]).isCloseTo(shed[1], within(frames / 8));
    }

    private int shed(String camera, long ageMillis, int frames) {
        return (int) IntStream.range(0, frames)
                .filter(frame -> shedding.sheds(camera, ageMillis))
                .count();
    }
}
