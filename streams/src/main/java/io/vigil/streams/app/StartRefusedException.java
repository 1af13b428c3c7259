package io.vigil.streams.app;

/** Why the service did not start: the message is a sentence for the operator, without need of a stack trace. */
public final class StartRefusedException extends RuntimeException {

    private final ExitCode exitCode;

    StartRefusedException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    StartRefusedException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
