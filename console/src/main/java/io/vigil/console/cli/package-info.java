/**
 * The command line: one class per subcommand, which reads options, calls what does the work, and prints.
 *
 * <p>Start at {@link io.vigil.console.cli.Vigil}.
 */
@NullMarked
package io.vigil.console.cli;

import org.jspecify.annotations.NullMarked;
