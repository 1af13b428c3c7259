package io.vigil.console.process;

import org.jspecify.annotations.Nullable;

/** Ends a command. The message is one sentence that says what is wrong and what to do. */
public final class Failure extends RuntimeException {

    private final ExitCode exitCode;

    public Failure(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public Failure(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
