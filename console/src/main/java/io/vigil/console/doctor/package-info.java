/**
 * Says of an installation what is wrong and what to do about it.
 *
 * <p>Each check looks at one part and gives {@link io.vigil.console.doctor.Finding}s; it never throws for what it finds.
 */
@NullMarked
package io.vigil.console.doctor;

import org.jspecify.annotations.NullMarked;
