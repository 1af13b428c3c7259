/**
 * Vigil's topics in a cluster: making them, and telling where a cluster differs from what Vigil asks for.
 *
 * <p>What a topic should look like is said by {@link io.vigil.schema.topic.Topic#definition}.
 */
@NullMarked
package io.vigil.console.topics;

import org.jspecify.annotations.NullMarked;
