package io.vigil.console.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Room for the state of a service instance.
 *
 * @param directory of the state; may not exist yet
 */
public record DiskCheck(Path directory) implements Check {

    private static final String SUBJECT = "state directory";
    private static final long MIB = 1024 * 1024;
    private static final long COMFORTABLE = 2048 * MIB;
    private static final long NEEDED = 256 * MIB;

    @Override
    public List<Finding> findings() {
        Path existing = directory.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            return List.of(Finding.problem(
                    SUBJECT,
                    "%s cannot be written by this user".formatted(existing),
                    "sudo install -d -o %s %s".formatted(System.getProperty("user.name"), directory)));
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            String shown = "%s has %d MiB free".formatted(directory, free / MIB);
            if (free < NEEDED) {
                return List.of(Finding.problem(SUBJECT, shown, "free at least %d MiB".formatted(COMFORTABLE / MIB)));
            }
            return List.of(
                    free < COMFORTABLE
                            ? Finding.warning(SUBJECT, shown, "keep %d MiB free".formatted(COMFORTABLE / MIB))
                            : Finding.ok(SUBJECT, shown));
        } catch (IOException e) {
            return List.of(Finding.warning(
                    SUBJECT, "the free space of %s is unknown: %s".formatted(existing, e.getMessage()), "df -h"));
        }
    }
}
