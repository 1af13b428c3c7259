/**
 * A Kafka broker inside this process, for the demo, for trying things and for tests: one node, broker and controller in one.
 *
 * <p>Read {@link io.vigil.console.broker.BrokerSettings}, then {@link io.vigil.console.broker.EmbeddedBroker}.
 */
@NullMarked
package io.vigil.console.broker;

import org.jspecify.annotations.NullMarked;
