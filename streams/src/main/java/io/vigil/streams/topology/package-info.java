/** The path of a frame as one Kafka Streams topology. Read {@link io.vigil.streams.topology.VideoTopology}. */
@NullMarked
package io.vigil.streams.topology;

import org.jspecify.annotations.NullMarked;
