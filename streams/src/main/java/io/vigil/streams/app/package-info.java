/**
 * The service as a whole: configuration in, a running Kafka Streams application out.
 *
 * <p>Read {@link io.vigil.streams.app.VigilService} first, then {@link io.vigil.streams.app.ServiceConfig} with
 * {@code service-reference.conf}; every way to end is an {@link io.vigil.streams.app.EndReason}.
 */
@NullMarked
package io.vigil.streams.app;

import org.jspecify.annotations.NullMarked;
