/**
 * The cameras of the cameras topic, followed live.
 *
 * <p>Read {@link io.vigil.producers.follow.FollowedCameras} first: what a record means for the ingest; {@link
 * io.vigil.producers.follow.CameraFollower} reads the topic for it. See docs/cameras.md.
 */
@NullMarked
package io.vigil.producers.follow;

import org.jspecify.annotations.NullMarked;
