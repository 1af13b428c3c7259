package io.vigil.console.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that has another name until it is complete, so that no half file is taken for a whole one. */
final class UnfinishedFile implements AutoCloseable {

    private final Path target;
    private final Path part;

    /** Makes the directory of the target, if it is missing. */
    UnfinishedFile(Path target) throws IOException {
        this.target = target.toAbsolutePath();
        this.part = this.target.resolveSibling(target.getFileName() + ".part");
        Files.createDirectories(this.part.getParent());
    }

    /** Where to write until {@link #complete}. */
    Path part() {
        return part;
    }

    /** Gives the file its name; replaces what has it. */
    void complete() throws IOException {
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes what is not complete. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be deleted".formatted(part), e);
        }
    }
}
