/** How a command ends: exit codes, the failure that carries one with a sentence for the person who typed it, and Ctrl-C. */
@NullMarked
package io.vigil.console.process;

import org.jspecify.annotations.NullMarked;
