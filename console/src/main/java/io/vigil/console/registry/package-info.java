/**
 * The built-in schemas as a read-only schema registry, with the endpoints of Confluent's REST API.
 *
 * <p>Read {@link io.vigil.console.registry.RegistryRoutes} first, which answers requests from a {@link
 * io.vigil.console.registry.SchemaCatalog}. See docs/adr/0012-schema-registry.md.
 */
@NullMarked
package io.vigil.console.registry;

import org.jspecify.annotations.NullMarked;
