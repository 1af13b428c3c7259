/**
 * Schema ids from a registry of the installation, one that speaks Confluent's REST API, instead of the built-in ones.
 *
 * <p>Read {@link io.vigil.schema.registry.RegistrySchemaIds}. See docs/adr/0012-schema-registry.md.
 */
@NullMarked
package io.vigil.schema.registry;

import org.jspecify.annotations.NullMarked;
