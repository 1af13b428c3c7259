/** Measures the service against the bare networks, side by side in one run. */
@NullMarked
package io.vigil.console.bench;

import org.jspecify.annotations.NullMarked;
