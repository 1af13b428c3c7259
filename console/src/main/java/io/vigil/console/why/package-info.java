/**
 * Why something was found, over HTTP: asked of the explainer in this process or of a service elsewhere (docs/why.md).
 *
 * <p>{@link io.vigil.console.why.WhyRoutes} takes the questions, {@link io.vigil.console.why.WhySource} knows who answers them, and
 * {@link io.vigil.console.why.WhyPage} is all that the console's page needs.
 */
@NullMarked
package io.vigil.console.why;

import org.jspecify.annotations.NullMarked;
