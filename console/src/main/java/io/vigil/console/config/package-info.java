/**
 * Configuration as an operator meets it: the keys of a process, variables of the environment that override them, and what
 * results from all of it.
 */
@NullMarked
package io.vigil.console.config;

import org.jspecify.annotations.NullMarked;
