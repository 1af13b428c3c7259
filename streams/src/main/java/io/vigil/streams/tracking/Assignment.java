package io.vigil.streams.tracking;

import java.util.Arrays;

/**
 * The Hungarian algorithm: pairs rows with columns, each at most once, so that the pairs save the most in all.
 *
 * <p>A pair saves what it costs less than a limit, so a pair that costs the limit or more is never made. Takes
 * {@code O(n² m)} for n of the fewer and m of the more (successive shortest paths with potentials).
 */
final class Assignment {

    static final int NONE = -1;

    private Assignment() {}

    /**
     * Pairs rows with columns.
     *
     * @param costs {@code (rows, columns)}, finite
     * @return for each row its column, or {@link #NONE}
     */
    static int[] of(double[][] costs, double limit) {
        int rows = costs.length;
        int columns = rows == 0 ? 0 : costs[0].length;
        if (columns == 0) {
            return filled(rows);
        }
        if (rows > columns) {
            return inverted(of(transposed(costs), limit), rows);
        }
        int[] columnOf = solved(costs, limit);
        for (int row = 0; row < rows; row++) {
            if (columnOf[row] != NONE && costs[row][columnOf[row]] >= limit) {
                columnOf[row] = NONE;
            }
        }
        return columnOf;
    }

    /** Every row gets a column; rows are at most as many as columns. Index 0 of the work arrays stands for no row, no column. */
    private static int[] solved(double[][] costs, double limit) {
        int rows = costs.length;
        int columns = costs[0].length;
        double[] rowPotential = new double[rows + 1];
        double[] columnPotential = new double[columns + 1];
        int[] rowOf = new int[columns + 1];
        int[] previous = new int[columns + 1];
        for (int row = 1; row <= rows; row++) {
            double[] distance = new double[columns + 1];
            Arrays.fill(distance, Double.POSITIVE_INFINITY);
            boolean[] visited = new boolean[columns + 1];
            rowOf[0] = row;
            int column = 0;
            while (rowOf[column] != 0) {
                visited[column] = true;
                int from = rowOf[column];
                int nearest = 0;
                double step = Double.POSITIVE_INFINITY;
                for (int to = 1; to <= columns; to++) {
                    if (visited[to]) {
                        continue;
                    }
                    double reduced =
                            Math.min(costs[from - 1][to - 1], limit) - rowPotential[from] - columnPotential[to];
                    if (reduced < distance[to]) {
                        distance[to] = reduced;
                        previous[to] = column;
                    }
                    if (distance[to] < step) {
                        step = distance[to];
                        nearest = to;
                    }
                }
                for (int to = 0; to <= columns; to++) {
                    if (visited[to]) {
                        rowPotential[rowOf[to]] += step;
                        columnPotential[to] -= step;
                    } else {
                        distance[to] -= step;
                    }
                }
                column = nearest;
            }
            while (column != 0) {
                rowOf[column] = rowOf[previous[column]];
                column = previous[column];
            }
        }
        int[] columnOf = filled(rows);
        for (int column = 1; column <= columns; column++) {
            if (rowOf[column] != 0) {
                columnOf[rowOf[column] - 1] = column - 1;
            }
        }
        return columnOf;
    }

    private static double[][] transposed(double[][] costs) {
        double[][] transposed = new double[costs[0].length][costs.length];
        for (int row = 0; row < costs.length; row++) {
            for (int column = 0; column < costs[row].length; column++) {
                transposed[column][row] = costs[row][column];
            }
        }
        return transposed;
    }

    private static int[] inverted(int[] rowOf, int rows) {
        int[] columnOf = filled(rows);
        for (int column = 0; column < rowOf.length; column++) {
            if (rowOf[column] != NONE) {
                columnOf[rowOf[column]] = column;
            }
        }
        return columnOf;
    }

    private static int[] filled(int length) {
        int[] none = new int[length];
        Arrays.fill(none, NONE);
        return none;
    }
}
