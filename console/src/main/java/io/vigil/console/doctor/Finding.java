package io.vigil.console.doctor;

/**
 * What a check found.
 *
 * @param verdict whether the installation works with it
 * @param subject what was looked at
 * @param explanation what it is like, in a sentence
 * @param remedy what to do, a command where there is one; empty when there is nothing to do
 */
public record Finding(Verdict verdict, String subject, String explanation, String remedy) {

    /** Whether the installation would work. */
    public enum Verdict {
        OK,
        /** It works, but not as well as it could. */
        WARNING,
        /** It does not work. */
        PROBLEM
    }

    static Finding ok(String subject, String explanation) {
        return new Finding(Verdict.OK, subject, explanation, "");
    }

    static Finding warning(String subject, String explanation, String remedy) {
        return new Finding(Verdict.WARNING, subject, explanation, remedy);
    }

    static Finding problem(String subject, String explanation, String remedy) {
        return new Finding(Verdict.PROBLEM, subject, explanation, remedy);
    }
}
