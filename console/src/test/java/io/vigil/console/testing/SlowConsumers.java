package io.vigil.console.testing;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.jspecify.annotations.Nullable;

/** Makes a broker give each consumer few bytes per second, by a quota, until it is closed. */
public final class SlowConsumers implements AutoCloseable {

    private static final ClientQuotaEntity EVERY_CLIENT =
            new ClientQuotaEntity(Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null));

    private final Admin admin;

    public SlowConsumers(String bootstrap, double bytesPerSecond) throws ExecutionException, InterruptedException {
        this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
        limit(bytesPerSecond);
    }

    @Override
    public void close() throws ExecutionException, InterruptedException {
        try (admin) {
            limit(null);
        }
    }

    private void limit(@Nullable Double bytesPerSecond) throws ExecutionException, InterruptedException {
        ClientQuotaAlteration.Op rate = new ClientQuotaAlteration.Op("consumer_byte_rate", bytesPerSecond);
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(EVERY_CLIENT, List.of(rate))))
                .all()
                .get();
    }
}
