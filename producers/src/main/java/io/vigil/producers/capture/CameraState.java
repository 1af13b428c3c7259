package io.vigil.producers.capture;

/** What a camera's capture is doing. */
public enum CameraState {

    /** Its first connection is under way. */
    CONNECTING,

    /** Pictures arrive. */
    LIVE,

    /** Pictures stopped arriving; the connection was given up and another will be tried. */
    STALLED,

    /** The stream broke or could not be opened; it is tried again. */
    RECONNECTING,

    /** A source with an end has reached it. */
    FINISHED,

    /** Given up: no attempt will help before somebody changes something. */
    FAILED,

    /** Not captured until it is asked for again. */
    PAUSED,

    /** Stopped by {@code stopCapture} or {@code close}, or removed. */
    STOPPED;

    /** Whether no more frames will come. */
    public boolean isOver() {
        return this == FINISHED || this == FAILED || this == STOPPED;
    }
}
