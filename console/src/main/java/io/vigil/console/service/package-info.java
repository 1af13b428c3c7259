/**
 * The streams application as a part of this process: started, waited for, and its refusals turned into exit codes.
 *
 * <p>Read {@link io.vigil.console.service.ServiceHost}.
 */
@NullMarked
package io.vigil.console.service;

import org.jspecify.annotations.NullMarked;
