package io.vigil.sinks.delivery;

/** Why a record was given up. */
enum GivenUpCause {
    /** It has no value, or one that is no record of its topic. */
    UNREADABLE,
    /** The other side will never take it. */
    REFUSED,
    /** It could not be delivered for as long as it may be tried. */
    TIMED_OUT
}
