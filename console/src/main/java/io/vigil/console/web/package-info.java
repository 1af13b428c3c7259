/**
 * The browser page: what each camera sees now, with the boxes of exactly that frame.
 *
 * <p>A picture goes {@link io.vigil.console.web.FeedReader} (Kafka) to {@link io.vigil.console.web.PictureJoin} (frame and
 * detections of the same camera, epoch and sequence) to every {@link io.vigil.console.web.Viewer} (at most one picture per camera
 * on its way). {@link io.vigil.console.web.LivePage} serves it; the page itself lies in the resources.
 */
@NullMarked
package io.vigil.console.web;

import org.jspecify.annotations.NullMarked;
