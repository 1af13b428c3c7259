/** The nodes and stores of the topology by name, shared by the topology and the processors that forward to them. */
@NullMarked
package io.vigil.streams.node;

import org.jspecify.annotations.NullMarked;
