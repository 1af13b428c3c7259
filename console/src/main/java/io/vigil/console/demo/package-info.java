/**
 * The whole product in one process: broker, cameras, service, and an account of every frame at the end.
 *
 * <p>Read {@link io.vigil.console.demo.Demo} first; {@link io.vigil.console.demo.DemoSettings} is what can be asked for, {@link
 * io.vigil.console.demo.Report} what comes out.
 */
@NullMarked
package io.vigil.console.demo;

import org.jspecify.annotations.NullMarked;
