/** Event time: the capture time inside a frame, and its division into slots. See docs/adr/0003-slots-in-event-time.md. */
@NullMarked
package io.vigil.streams.time;

import org.jspecify.annotations.NullMarked;
