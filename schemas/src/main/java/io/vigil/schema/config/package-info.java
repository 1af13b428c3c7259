/** What the configuration files of all processes have in common. */
@NullMarked
package io.vigil.schema.config;

import org.jspecify.annotations.NullMarked;
