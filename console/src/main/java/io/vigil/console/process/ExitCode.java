package io.vigil.console.process;

/** Every way a command ends. */
public enum ExitCode {
    OK(0),
    /** A fault of ours, or one that nobody foresaw. */
    FAILED(1),
    /** The command line, a configuration file or a model package is wrong. */
    USAGE(2),
    /** Something outside is missing: no broker answers, a port is taken, a file cannot be written. */
    UNAVAILABLE(3),
    /** The demo ended, but not every captured frame came to an outcome. */
    UNACCOUNTED(4);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
