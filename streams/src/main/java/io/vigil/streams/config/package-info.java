/**
 * What the configuration records share: refusing values beyond their limits.
 *
 * <p>All faults are {@link com.typesafe.config.ConfigException}s whose message says what to change.
 */
@NullMarked
package io.vigil.streams.config;

import org.jspecify.annotations.NullMarked;
