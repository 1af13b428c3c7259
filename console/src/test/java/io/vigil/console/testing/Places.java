package io.vigil.console.testing;

import java.nio.file.Path;

/** Where things lie in a source checkout. */
public final class Places {

    /** The console module. */
    public static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    /** The source checkout. */
    public static final Path HOME = MODULE.getParent();

    /** Model packages of a few hundred bytes; src/test/python/make_test_packages.py in streams/ says what they answer. */
    public static final Path TEST_DETECTOR = HOME.resolve("streams/src/test/resources/packages/tra-test");

    public static final Path TEST_RECOGNIZER = HOME.resolve("streams/src/test/resources/packages/tam-test");

    /** Real street footage beside the checkout; not part of it. */
    public static final Path STREET_VIDEO = HOME.resolveSibling("shared/data/vtest.avi");

    private Places() {}
}
