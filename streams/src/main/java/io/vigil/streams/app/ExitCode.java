package io.vigil.streams.app;

/** Every way the service ends, and the exit status of its process. */
public enum ExitCode {
    /** It was asked to. */
    STOPPED(0),

    /** A key or value of the configuration is wrong. */
    BAD_CONFIGURATION(2),

    /** A model package is broken, or does not fit the configuration. */
    BAD_MODEL(3),

    /** A topic is missing, or too small for what is written to it. */
    BAD_TOPICS(4),

    /** Kafka does not answer. */
    KAFKA_UNREACHABLE(5),

    /** The schema registry does not answer. */
    REGISTRY_UNREACHABLE(5),

    /** A fault of the service itself while it ran. */
    FAILED(6);

    private final int status;

    ExitCode(int status) {
        this.status = status;
    }

    public int status() {
        return status;
    }
}
