package io.vigil.streams.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/** Stands between a broker, which must advertise its address, and all clients, and puts errors into answers to SyncGroup. */
public final class SyncGroupFaultProxy implements AutoCloseable {

    private final ServerSocket server;
    private final ExecutorService pumps = Executors.newCachedThreadPool();
    private final AtomicInteger faults = new AtomicInteger();
    private volatile Errors error = Errors.NONE;
    private volatile int broker;

    private SyncGroupFaultProxy(ServerSocket server) {
        this.server = server;
    }

    public static SyncGroupFaultProxy open() throws IOException {
        SyncGroupFaultProxy proxy = new SyncGroupFaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        proxy.pumps.submit(proxy::accept);
        return proxy;
    }

    /** The address that clients connect to. */
    public String address() {
        return "localhost:" + server.getLocalPort();
    }

    /** From now on connections go on to this port. */
    public void forwardTo(int port) {
        broker = port;
    }

    /** The next {@code count} SyncGroup requests fail with an error. */
    public void fail(int count, Errors with) {
        error = with;
        faults.set(count);
    }

    /** Errors that are still to be given. */
    public int faultsLeft() {
        return Math.max(0, faults.get());
    }

    @Override
    public void close() throws IOException {
        server.close();
        pumps.shutdownNow();
    }

    private Void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            try {
                connect(client, new Socket(InetAddress.getLoopbackAddress(), broker));
            } catch (ConnectException starting) {
                client.close();
            }
        }
    }

    private void connect(Socket client, Socket onward) {
        Map<Integer, RequestHeader> syncs = new ConcurrentHashMap<>();
        pumps.submit(() -> pump(client, onward, request -> note(request, syncs)));
        pumps.submit(() -> pump(onward, client, response -> spoil(response, syncs)));
    }

    private static byte[] note(byte[] request, Map<Integer, RequestHeader> syncs) {
        if (ByteBuffer.wrap(request).getShort() == ApiKeys.SYNC_GROUP.id) {
            RequestHeader header = RequestHeader.parse(ByteBuffer.wrap(request));
            syncs.put(header.correlationId(), header);
        }
        return request;
    }

    private byte[] spoil(byte[] response, Map<Integer, RequestHeader> syncs) {
        RequestHeader asked = syncs.remove(ByteBuffer.wrap(response).getInt());
        if (asked == null || faults.getAndDecrement() <= 0) {
            return response;
        }
        ByteBuffer spoilt = RequestUtils.serialize(
                new ResponseHeaderData().setCorrelationId(asked.correlationId()),
                ApiKeys.SYNC_GROUP.responseHeaderVersion(asked.apiVersion()),
                new SyncGroupResponseData().setErrorCode(error.code()),
                asked.apiVersion());
        byte[] bytes = new byte[spoilt.remaining()];
        spoilt.get(bytes);
        return bytes;
    }

    private static Void pump(Socket from, Socket to, Change change) throws IOException {
        try (from;
                to) {
            DataInputStream in = new DataInputStream(from.getInputStream());
            DataOutputStream out = new DataOutputStream(to.getOutputStream());
            while (true) {
                byte[] message = change.of(in.readNBytes(in.readInt()));
                out.write(ByteBuffer.allocate(Integer.BYTES + message.length)
                        .putInt(message.length)
                        .put(message)
                        .array());
            }
        }
    }

    @FunctionalInterface
    private interface Change {
        byte[] of(byte[] message);
    }
}
