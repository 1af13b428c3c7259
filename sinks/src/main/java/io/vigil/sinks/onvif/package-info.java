/**
 * Detections as ONVIF's scene description, and events as ONVIF's, for video management systems.
 *
 * <p>{@link io.vigil.sinks.onvif.SceneFrame} is what both forms tell: {@link io.vigil.sinks.onvif.SceneXml} as the XML of the ONVIF
 * Analytics Service Specification, {@link io.vigil.sinks.onvif.SceneJson} as its JSON. See docs/adr/0013-onvif.md.
 */
@NullMarked
package io.vigil.sinks.onvif;

import org.jspecify.annotations.NullMarked;
