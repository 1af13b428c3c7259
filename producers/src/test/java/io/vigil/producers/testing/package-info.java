/** What the tests of this module share: clips, servers, a broker, and readers of what was captured. */
package io.vigil.producers.testing;
