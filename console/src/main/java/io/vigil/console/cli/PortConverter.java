package io.vigil.console.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** TCP ports, with 0 for a free one. */
final class PortConverter implements ITypeConverter<Integer> {

    private static final int MAX_PORT = 65535;

    @Override
    public Integer convert(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // refused like a number that is no port
        }
        throw new TypeConversionException("\"%s\" is no port; write a number from 0 to %d".formatted(text, MAX_PORT));
    }
}
