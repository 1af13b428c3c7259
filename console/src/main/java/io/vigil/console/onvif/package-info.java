/**
 * Scene descriptions as an HTTP stream per camera, in the XML of the ONVIF Analytics Service Specification.
 *
 * <p>Read {@link io.vigil.console.onvif.MetadataRoutes}; how a document is made is told in {@link io.vigil.sinks.onvif}. See
 * docs/adr/0013-onvif.md.
 */
@NullMarked
package io.vigil.console.onvif;

import org.jspecify.annotations.NullMarked;
