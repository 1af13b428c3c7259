package io.vigil.console.web.service;

import java.util.HexFormat;

/** Bytes for the eye: sixteen a line, with their place before and their characters behind. */
final class Hexdump {

    private static final int WIDTH = 16;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private Hexdump() {}

    /** The first {@code limit} of them. */
    static String of(byte[] bytes, int limit) {
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < Math.min(limit, bytes.length); from += WIDTH) {
            int to = Math.min(from + WIDTH, Math.min(limit, bytes.length));
            text.append("%06x  %-47s  ".formatted(from, HEX.formatHex(bytes, from, to)));
            for (int i = from; i < to; i++) {
                text.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '.');
            }
            text.append('\n');
        }
        return text.toString();
    }
}
