package io.vigil.sinks.onvif;

/** Text that any XML 1.0 document may hold. */
final class XmlText {

    private static final int REPLACEMENT = 0xFFFD;

    private XmlText() {}

    /** The text with U+FFFD for each character that XML 1.0 has no form for, such as control characters. */
    static String of(String text) {
        StringBuilder allowed = new StringBuilder(text.length());
        text.codePoints()
                .map(character -> isAllowed(character) ? character : REPLACEMENT)
                .forEach(allowed::appendCodePoint);
        return allowed.toString();
    }

    private static boolean isAllowed(int character) {
        return character == '\t'
                || character >= 0x20 && character <= 0xD7FF
                || character >= 0xE000 && character <= 0xFFFD
                || character >= 0x10000;
    }
}
