/**
 * The way into a Kafka cluster: {@link io.vigil.console.cluster.Cluster} makes every client that the console, export and the commands use.
 */
@NullMarked
package io.vigil.console.cluster;

import org.jspecify.annotations.NullMarked;
