/** Log lines that stay readable when a camera repeats itself thirty times a second. */
@NullMarked
package io.vigil.streams.logging;

import org.jspecify.annotations.NullMarked;
