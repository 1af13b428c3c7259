package io.vigil.schema.wire;

import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Lets Avro make objects of Vigil's own record classes, beside those it trusts already.
 *
 * <p>Since 1.12.2 Avro refuses every class that is not on a process-wide list, because a schema may name any class.
 */
public final class TrustedRecords {

    private static final String OWN_PACKAGES = "io.vigil.";

    static {
        ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
        ClassSecurityPredicate own = type -> type.getName().startsWith(OWN_PACKAGES);
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(before, own));
    }

    private TrustedRecords() {}

    /** Has an effect on the first call only. */
    public static void trust() {
        // the work is done when the class is initialised
    }
}
