/**
 * The browser console: what the cameras see, what was found, and how the service does.
 *
 * <p>{@link io.vigil.console.web.Console} puts it together: {@link io.vigil.console.web.ConsoleServer} serves the page, which lies in the
 * resources, and the endpoints of every {@link io.vigil.console.web.Routes}.
 *
 * <p>A live picture goes {@link io.vigil.console.web.FeedReader} (Kafka) to {@link io.vigil.console.web.PictureJoin} (frame and
 * detections of the same camera, epoch and sequence) to every {@link io.vigil.console.web.Viewer} (at most one picture per camera
 * on its way).
 */
@NullMarked
package io.vigil.console.web;

import org.jspecify.annotations.NullMarked;
