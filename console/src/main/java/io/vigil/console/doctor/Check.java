package io.vigil.console.doctor;

import java.util.List;

/** Looks at one part of an installation. */
@FunctionalInterface
public interface Check {

    List<Finding> findings();
}
