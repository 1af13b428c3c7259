/**
 * Begins a frame before its turn, on a core that would be idle: decodes it and runs the graphs that see nothing else. A frame begun
 * early comes to the same results (docs/adr/0021-look-ahead.md).
 */
@NullMarked
package io.vigil.streams.ahead;

import org.jspecify.annotations.NullMarked;
