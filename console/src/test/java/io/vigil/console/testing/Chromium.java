package io.vigil.console.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real browser with one page, driven through the DevTools protocol: a few calls of it are all that is needed here.
 *
 * <p>The protocol: https://chromedevtools.github.io/devtools-protocol/
 */
public final class Chromium implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();

    private Chromium(Process process, URI page) throws Exception {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, new Answers())
                .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Opens a page; skips the calling test, with the reason, where there is no Chromium. */
    public static Chromium open(Path directory, String url) throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM);
        Path profile = Files.createDirectories(directory.resolve("chromium"));
        Process process = new ProcessBuilder(List.of(
                        PROGRAM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--window-size=1280,900",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        url))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromium.log").toFile())
                .start();
        Chromium browser = new Chromium(process, pageOf(process, profile.resolve("DevToolsActivePort")));
        browser.call("Page.enable", JSON.createObjectNode());
        return browser;
    }

    /** The value of a JavaScript expression, which must be JSON or a promise of it. */
    public JsonNode evaluate(String expression) throws Exception {
        ObjectNode parameters = JSON.createObjectNode()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true);
        JsonNode answer = call("Runtime.evaluate", parameters);
        if (answer.has("exceptionDetails")) {
            throw new AssertionError("%s: %s".formatted(expression, answer.get("exceptionDetails")));
        }
        return answer.path("result").path("value");
    }

    /** Goes to another page, or to another part of this one. */
    public void navigate(String url) throws Exception {
        call("Page.navigate", JSON.createObjectNode().put("url", url));
    }

    /** Gives the page a window of this size, CSS pixels. */
    public void resize(int width, int height) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                JSON.createObjectNode()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    /** Presses and releases a key that writes no character, such as {@code Enter}. */
    public void press(String key, int code) throws Exception {
        for (String type : List.of("keyDown", "keyUp")) {
            ObjectNode event =
                    JSON.createObjectNode().put("type", type).put("key", key).put("windowsVirtualKeyCode", code);
            if (key.equals("Enter")) {
                event.put("text", "\r");
            }
            call("Input.dispatchKeyEvent", event);
        }
    }

    /** Clicks with the main button, CSS pixels from the left and the top of the window. */
    public void click(double x, double y) throws Exception {
        for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    JSON.createObjectNode()
                            .put("type", type)
                            .put("x", x)
                            .put("y", y)
                            .put("button", type.equals("mouseMoved") ? "none" : "left")
                            .put("clickCount", type.equals("mouseMoved") ? 0 : 1));
        }
    }

    /** Clicks on an element, shares of its width and height from its left and its top. */
    public void clickInside(String selector, double x, double y) throws Exception {
        JsonNode box = evaluate(
                "(({left, top, width, height}) => ({left, top, width, height}))(document.querySelector('%s').getBoundingClientRect())"
                        .formatted(selector));
        click(
                box.get("left").asDouble() + x * box.get("width").asDouble(),
                box.get("top").asDouble() + y * box.get("height").asDouble());
    }

    /** Answers the question that the page asks with yes; false if it asks none. */
    public boolean accept() throws Exception {
        return !call("Page.handleJavaScriptDialog", JSON.createObjectNode().put("accept", true))
                .has("error");
    }

    /** Writes what the page looks like now as PNG, or as JPEG if that is how the file's name ends. */
    public void screenshot(Path file) throws Exception {
        ObjectNode parameters = JSON.createObjectNode();
        if (file.toString().endsWith(".jpg")) {
            parameters.put("format", "jpeg").put("quality", 85);
        }
        JsonNode answer = call("Page.captureScreenshot", parameters);
        Files.write(file, Base64.getDecoder().decode(answer.get("data").asText()));
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    private JsonNode call(String method, ObjectNode parameters) throws Exception {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
        request.set("params", parameters);
        socket.sendText(request.toString(), true);
        return answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static URI pageOf(Process process, Path portFile) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        for (long end = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() < end; Thread.sleep(100)) {
            if (!process.isAlive()) {
                throw new IOException("Chromium ended with %d".formatted(process.exitValue()));
            }
            List<String> lines = Files.exists(portFile) ? Files.readAllLines(portFile) : List.of();
            if (lines.size() < 2) {
                continue;
            }
            URI list = URI.create("http://127.0.0.1:%s/json/list".formatted(lines.get(0)));
            String answer = http.send(HttpRequest.newBuilder(list).build(), BodyHandlers.ofString())
                    .body();
            for (JsonNode target : JSON.readTree(answer)) {
                if (target.get("type").asText().equals("page")) {
                    return URI.create(target.get("webSocketDebuggerUrl").asText());
                }
            }
        }
        throw new IOException("Chromium opened no page within %d s".formatted(LIMIT.toSeconds()));
    }

    private final class Answers implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                complete(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void complete(String text) {
            try {
                JsonNode answer = JSON.readTree(text);
                CompletableFuture<JsonNode> call =
                        waiting.remove(answer.path("id").asInt());
                if (call != null) {
                    call.complete(answer.has("result") ? answer.get("result") : answer);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
