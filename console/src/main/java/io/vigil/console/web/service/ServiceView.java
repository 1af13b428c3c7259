package io.vigil.console.web.service;

import io.vigil.console.results.ResultListener;
import io.vigil.console.web.ConsoleSource;
import io.vigil.console.web.RecordReader;
import io.vigil.console.web.Routes;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** All parts of the service view. */
public final class ServiceView implements AutoCloseable {

    private final Throughput throughput = new Throughput();
    private final ModelsSeen models = new ModelsSeen();
    private final FrameAccounts accounts;
    private final GroupLag lag;
    private final DeadLetters deadLetters;
    private final Redrive redrive;
    private final List<Routes> routes;

    /**
     * Connects to the cluster.
     *
     * @param since from which moment on results are told
     * @param reader for single records, closed by its owner
     */
    public ServiceView(ConsoleSource source, Instant since, RecordReader reader) {
        this.accounts = new FrameAccounts(source.topics().frames());
        this.lag = new GroupLag(
                source.cluster().admin(Map.of()),
                source.applicationId(),
                source.topics().frames().name());
        this.deadLetters = new DeadLetters(source.cluster(), source.topics(), reader);
        this.redrive = new Redrive(source.cluster(), source.topics().frames());
        this.routes = List.of(
                new ServiceRoutes(source.applicationId(), since, throughput, models, accounts, lag, source.metrics()),
                new DeadLetterRoutes(deadLetters, redrive, source.topics().frames()));
    }

    /** What is to be told of results. */
    public ResultListener listener() {
        return ResultListener.all(List.of(throughput, models, accounts));
    }

    public List<Routes> routes() {
        return routes;
    }

    @Override
    public void close() {
        lag.close();
        deadLetters.close();
        redrive.close();
    }
}
