package io.vigil.console.export;

/** Names a frame. */
record FrameKey(String camera, long epoch, long sequence) {}
