package io.vigil.console.web;

import io.vigil.console.process.LoopbackPort;
import java.util.List;

/**
 * Where the console is served.
 *
 * @param address of the interface
 * @param port TCP port, or {@link #ANY_PORT}
 * @param names under which browsers may reach it, beside {@code localhost} and the addresses of the host
 */
public record ConsoleAddress(String address, int port, List<String> names) {

    /** Takes a free one. */
    public static final int ANY_PORT = 0;

    public ConsoleAddress {
        names = List.copyOf(names);
    }

    /** On the loopback interface: nobody from outside gets there. */
    public static ConsoleAddress loopback(int port) {
        return new ConsoleAddress(LoopbackPort.HOST, port, List.of());
    }

    /** Whether only this host gets there. */
    public boolean isLoopback() {
        return address.startsWith("127.") || address.equals("localhost") || address.equals("::1");
    }
}
