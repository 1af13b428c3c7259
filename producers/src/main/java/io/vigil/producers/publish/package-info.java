/**
 * Frames to Kafka, with every frame that does not get there counted by reason.
 *
 * <p>Read {@link io.vigil.producers.publish.FrameQueue}, where frames wait and where the oldest gives way, then
 * {@link io.vigil.producers.publish.FramePublisher}, the one thread that empties all queues into the producer, then
 * {@link io.vigil.producers.publish.ProducerSettings}.
 */
@NullMarked
package io.vigil.producers.publish;

import org.jspecify.annotations.NullMarked;
