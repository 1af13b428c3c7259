/**
 * What a camera is to the ingest: its id, where its pictures come from and what is wanted of them.
 *
 * <p>Read {@link io.vigil.producers.camera.CameraConfig} first, then {@link io.vigil.producers.camera.SourceUri}, the
 * only class that ever sees a camera's password.
 */
@NullMarked
package io.vigil.producers.camera;

import org.jspecify.annotations.NullMarked;
