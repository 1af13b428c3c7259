package io.vigil.streams.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    private static final double LIMIT = 0.8;

    @Test
    void shouldPreferTheBestSumToTheBestPair() {
        double[][] costs = {{0.1, 0.2}, {0.15, 0.7}};

        assertThat(Assignment.of(costs, LIMIT)).containsExactly(1, 0);
    }

    @Test
    void shouldMakeNoPairAtTheLimit() {
        assertThat(Assignment.of(new double[][] {{LIMIT}}, LIMIT)).containsExactly(Assignment.NONE);
    }

    @Test
    void shouldRatherLeaveTwoApartThanBreakAGoodPair() {
        double[][] costs = {{0.1, 0.79}, {0.79, 1}};

        assertThat(Assignment.of(costs, LIMIT)).containsExactly(0, Assignment.NONE);
    }

    @Test
    void shouldTakeNothing() {
        assertThat(Assignment.of(new double[0][0], LIMIT)).isEmpty();
        assertThat(Assignment.of(new double[2][0], LIMIT)).containsExactly(Assignment.NONE, Assignment.NONE);
    }

    @Property
    void shouldSaveAsMuchAsTryingEverything(@ForAll("costs") double[][] costs) {
        int[] columnOf = Assignment.of(costs, LIMIT);

        int[] used = Arrays.stream(columnOf)
                .filter(column -> column != Assignment.NONE)
                .toArray();
        assertThat(used).doesNotHaveDuplicates();
        double saved = IntStream.range(0, costs.length)
                .filter(row -> columnOf[row] != Assignment.NONE)
                .mapToDouble(row -> LIMIT - costs[row][columnOf[row]])
                .sum();
        assertThat(saved).isCloseTo(mostSaved(costs, 0, new boolean[costs[0].length]), within(1e-9));
    }

    @Provide
    Arbitrary<double[][]> costs() {
        Arbitrary<Integer> sizes = Arbitraries.integers().between(1, 5);
        return sizes.flatMap(rows -> sizes.flatMap(columns -> Arbitraries.integers()
                .between(0, 20)
                .map(twentieths -> twentieths / 20.0)
                .array(Double[].class)
                .ofSize(columns)
                .map(row -> Arrays.stream(row).mapToDouble(cost -> cost).toArray())
                .array(double[][].class)
                .ofSize(rows)));
    }

    private static double mostSaved(double[][] costs, int row, boolean[] taken) {
        if (row == costs.length) {
            return 0;
        }
        double best = mostSaved(costs, row + 1, taken);
        for (int column = 0; column < taken.length; column++) {
            if (!taken[column] && costs[row][column] < LIMIT) {
                taken[column] = true;
                best = Math.max(best, LIMIT - costs[row][column] + mostSaved(costs, row + 1, taken));
                taken[column] = false;
            }
        }
        return best;
    }
}
