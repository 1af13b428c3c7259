/**
 * The cameras topic in the console: read into a view, changed through {@code /api/cameras}.
 *
 * <p>Read {@link io.vigil.console.web.cameras.CameraRoutes} first, then {@link io.vigil.console.web.cameras.CameraEdit}, which makes a
 * record of what a page sends. See docs/cameras.md.
 */
@NullMarked
package io.vigil.console.web.cameras;

import org.jspecify.annotations.NullMarked;
