/** The running sinks and their configuration. Read {@link io.vigil.sinks.app.SinkService}. */
@NullMarked
package io.vigil.sinks.app;

import org.jspecify.annotations.NullMarked;
