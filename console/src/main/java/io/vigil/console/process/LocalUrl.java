package io.vigil.console.process;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where a server of this process is, seen from this host. */
public final class LocalUrl {

    private LocalUrl() {}

    /** The URL of what listens on an address; {@code localhost} if that gets there. */
    public static String of(String address, int port) {
        return "http://%s:%d".formatted(host(address), port);
    }

    private static String host(String address) {
        try {
            InetAddress bound = InetAddress.getByName(address);
            String numbers = bound.getHostAddress();
            if (bound.isAnyLocalAddress() || numbers.equals(LoopbackPort.HOST)) {
                return "localhost";
            }
            return bound instanceof Inet6Address ? "[%s]".formatted(numbers) : numbers;
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
