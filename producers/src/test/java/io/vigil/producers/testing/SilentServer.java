package io.vigil.producers.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Accepts every connection and never says a word. */
public final class SilentServer implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> guests = new CopyOnWriteArrayList<>();

    public SilentServer() throws IOException {
        Thread thread = new Thread(this::acceptAll, "silent-server");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    public int guests() {
        return guests.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket guest : guests) {
            guest.close();
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                guests.add(server.accept());
            }
        } catch (IOException e) {
            // closed
        }
    }
}
