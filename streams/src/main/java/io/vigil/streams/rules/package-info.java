/**
 * What a person would call an event: rules about zones, lines, actions and silence, applied to what the models found.
 *
 * <p>Read {@link io.vigil.streams.rules.CameraRules} first, which says what can be asked for; {@link
 * io.vigil.streams.rules.ObjectRules}, {@link io.vigil.streams.rules.ActionRules} and {@link
 * io.vigil.streams.rules.SilenceRule} answer, each a pure function from a camera's state and what was seen to the state after it and
 * the events. Coordinates are relative: 0 to 1 from the left and the top of the picture. See docs/rules.md and
 * docs/adr/0009-rules-in-the-configuration.md.
 */
@NullMarked
package io.vigil.streams.rules;

import org.jspecify.annotations.NullMarked;
