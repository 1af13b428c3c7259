package io.vigil.producers.publish;

/** Why a captured frame did not reach Kafka. */
public enum DropReason {

    /** Newer frames needed its place in the queue: the broker is slow or away. */
    QUEUE_FULL,

    /** Larger than the topic takes, even after a second encoding at lower quality. */
    TOO_LARGE,

    /** The picture could not be encoded. */
    ENCODE_FAILED,

    /** It is H.264, and a frame before it in its group was dropped, so that nobody could decode it. */
    AWAITING_IDR,

    /** Kafka refused it, or could not deliver it within {@code delivery.timeout.ms}. */
    SEND_FAILED,

    /** It was still waiting or under way when the ingest was closed. */
    CLOSED
}
