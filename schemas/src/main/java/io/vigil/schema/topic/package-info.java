/** The topics of Vigil: their names, what lies in them, and how they are created. */
@NullMarked
package io.vigil.schema.topic;

import org.jspecify.annotations.NullMarked;
