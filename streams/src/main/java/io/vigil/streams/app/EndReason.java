package io.vigil.streams.app;

/** Every way the service ends, or does not start. */
public enum EndReason {
    /** It was asked to. */
    STOPPED,

    /** A key or value of the configuration is wrong. */
    BAD_CONFIGURATION,

    /** A model package is broken, or does not fit the configuration. */
    BAD_MODEL,

    /** A topic is missing, or too small for what is written to it. */
    BAD_TOPICS,

    /** Kafka does not answer. */
    KAFKA_UNREACHABLE,

    /** The schema registry does not answer. */
    REGISTRY_UNREACHABLE,

    /** A fault of the service itself while it ran. */
    FAILED
}
