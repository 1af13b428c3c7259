/** What becomes of a record that cannot be analysed: a reason, a sentence, and as much of the record as fits. */
@NullMarked
package io.vigil.streams.deadletter;

import org.jspecify.annotations.NullMarked;
