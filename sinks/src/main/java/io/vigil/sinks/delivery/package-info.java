/**
 * At-least-once delivery of records: read committed, try until it worked or never can, commit after that.
 *
 * <p>Read {@link io.vigil.sinks.delivery.RecordDelivery} first. What delivers is a {@link
 * io.vigil.sinks.delivery.Destination}. See docs/adr/0010-sinks.md.
 */
@NullMarked
package io.vigil.sinks.delivery;

import org.jspecify.annotations.NullMarked;
