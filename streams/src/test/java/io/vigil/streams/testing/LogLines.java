package io.vigil.streams.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** The warnings of a class, kept from its log until this is closed. */
public final class LogLines implements AutoCloseable {

    private final Logger log;
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    private LogLines(Logger log) {
        this.log = log;
        log.setAdditive(false);
        log.setLevel(Level.WARN);
        lines.start();
        log.addAppender(lines);
    }

    public static LogLines of(Class<?> source) {
        return new LogLines((Logger) LoggerFactory.getLogger(source));
    }

    public List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        log.detachAppender(lines);
        log.setLevel(null);
        log.setAdditive(true);
    }
}
