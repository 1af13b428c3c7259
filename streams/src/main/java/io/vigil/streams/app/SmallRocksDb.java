package io.vigil.streams.app;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/** Bounds what a store on disk takes in memory: its few bytes per camera need none of the tens of megabytes of the default. */
public final class SmallRocksDb implements RocksDBConfigSetter {

    private static final long MEBIBYTE = 1024 * 1024;

    private final Cache cache = new LRUCache(MEBIBYTE);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(cache);
        options.setTableFormatConfig(table);
        options.setWriteBufferSize(MEBIBYTE);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        cache.close();
    }
}
