/**
 * The ingest as the rest of the product sees it.
 *
 * <p>Read {@link io.vigil.producers.app.Ingest} first, then {@link io.vigil.producers.app.IngestConfig} with
 * {@code ingest-reference.conf}, which lists every key.
 */
@NullMarked
package io.vigil.producers.app;

import org.jspecify.annotations.NullMarked;
