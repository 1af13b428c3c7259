/**
 * Events as signed CloudEvents 1.0 over HTTP. Read {@link io.vigil.sinks.webhook.WebhookDestination}.
 */
@NullMarked
package io.vigil.sinks.webhook;

import org.jspecify.annotations.NullMarked;
