/**
 * How the service does: what becomes of the frames and at which rates, its lag, its models, its dead letters, its metrics.
 *
 * <p>Everything is told by topics, by the consumer group and, where its address is given, by the service's metrics; what none of them tells is
 * unknown, not 0. {@link io.vigil.console.web.service.ServiceRoutes} puts it together.
 */
@NullMarked
package io.vigil.console.web.service;

import org.jspecify.annotations.NullMarked;
