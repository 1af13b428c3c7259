package io.vigil.console.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A TCP relay on the loopback interface whose connections can be lost without either side being told. */
public final class LossyLink implements AutoCloseable {

    private record Connection(Socket near, Socket far, AtomicBoolean lost) {}

    private final ServerSocket server;
    private final int target;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    private LossyLink(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** To a port of this host. */
    public static LossyLink to(int target) throws IOException {
        LossyLink link = new LossyLink(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        start(link::accept);
        return link;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Whatever is sent on the connections of now is swallowed; new ones are well. */
    public void lose() {
        connections.forEach(connection -> connection.lost().set(true));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Connection connection : connections) {
            connection.near().close();
            connection.far().close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = server.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
            Connection connection = new Connection(near, far, new AtomicBoolean());
            connections.add(connection);
            start(() -> relay(connection, near, far));
            start(() -> relay(connection, far, near));
        }
    }

    private static void relay(Connection connection, Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[8_192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (!connection.lost().get()) {
                out.write(buffer, 0, count);
            }
        }
        if (!connection.lost().get()) {
            to.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // closed
                    }
                },
                "lossy-link");
        thread.setDaemon(true);
        thread.start();
    }
}
