/** What a sound record of the cameras topic is, whoever wrote it. See docs/cameras.md. */
@NullMarked
package io.vigil.schema.camera;

import org.jspecify.annotations.NullMarked;
