package io.vigil.console.export;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.Writer;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A CSV file (RFC 4180, UTF-8) whose columns are the components of a record, in snake case and in their order. */
final class CsvTable<R extends Record> implements AutoCloseable {

    private static final PropertyNamingStrategies.SnakeCaseStrategy NAMES =
            new PropertyNamingStrategies.SnakeCaseStrategy();
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final UnfinishedFile file;
    private final SequenceWriter rows;

    CsvTable(Path target, Class<R> row) throws IOException {
        file = new UnfinishedFile(target);
        Writer out = Files.newBufferedWriter(file.part());
        List<String> columns = Stream.of(row.getRecordComponents())
                .map(RecordComponent::getName)
                .map(NAMES::translate)
                .toList();
        CsvSchema schema = CsvSchema.builder()
                .addColumns(columns, CsvSchema.ColumnType.STRING)
                .build();
        out.write(String.join(",", columns) + "\n");
        rows = CSV.writerFor(row).with(schema).writeValues(out);
    }

    void add(R row) throws IOException {
        rows.write(row);
    }

    void finish() throws IOException {
        rows.close();
        file.complete();
    }

    @Override
    public void close() throws IOException {
        try (file) {
            rows.close();
        }
    }
}
