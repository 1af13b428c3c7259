/**
 * Pictures from cameras, each with its place in the stream: epoch, sequence number, capture time.
 *
 * <p>Read {@link io.vigil.producers.capture.FrameSource} first, then {@link io.vigil.producers.capture.CameraCapture},
 * which keeps one camera's capture alive, then {@link io.vigil.producers.capture.CaptureRun}, one attempt on one
 * thread.
 */
@NullMarked
package io.vigil.producers.capture;

import org.jspecify.annotations.NullMarked;
