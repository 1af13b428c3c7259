/**
 * Which sound frames are analysed: duplicates, late frames and frames beyond the rate are skipped before they cost anything.
 *
 * <p>Read {@link io.vigil.streams.admission.Admission} first: it is plain Java and decides from a camera's
 * {@link io.vigil.streams.admission.Progress} alone.
 */
@NullMarked
package io.vigil.streams.admission;

import org.jspecify.annotations.NullMarked;
