/**
 * Why something was found: answers on demand, from what Kafka still holds (docs/why.md, docs/adr/0014-answers-from-the-log.md).
 *
 * <p>Read {@link io.vigil.streams.explain.Explainer}, which takes the questions, then {@link io.vigil.streams.explain.AnswerDesk}, which
 * answers one, and {@link io.vigil.streams.explain.CameraLog}, which finds the records it needs.
 */
@NullMarked
package io.vigil.streams.explain;

import org.jspecify.annotations.NullMarked;
