package io.vigil.console.observe;

import com.typesafe.config.Config;
import io.vigil.console.process.LoopbackPort;
import io.vigil.streams.config.Limits;
import java.util.Optional;

/**
 * Where the metrics are served: the {@code metrics} block of a configuration.
 *
 * @param port TCP port; 0 takes a free one
 * @param address of the interface
 */
public record MetricsConfig(int port, String address) {

    private static final int MAX_PORT = 65535;

    /**
     * Reads the block; empty when it names no port.
     *
     * @throws com.typesafe.config.ConfigException if the port is none
     */
    public static Optional<MetricsConfig> from(Config metrics) {
        return Limits.optional(metrics, "port", key -> Limits.integer(metrics, key, 0, MAX_PORT))
                .map(port -> new MetricsConfig(port, metrics.getString("address")));
    }

    /** On the loopback interface. */
    public static MetricsConfig loopback(int port) {
        return new MetricsConfig(port, LoopbackPort.HOST);
    }
}
