/** How a command ends: the exit codes, and the failure that carries one of them with a sentence for the person who typed it. */
@NullMarked
package io.vigil.console.failure;

import org.jspecify.annotations.NullMarked;
