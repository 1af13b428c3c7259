package io.vigil.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigil.console.testing.ResultFixture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewerTest {

    private final List<String> sent = new ArrayList<>();
    private final Viewer viewer = viewer(Viewer.Wish.all());

    @Test
    void slowBrowserShouldSeeTheNewestPictureNext() {
        viewer.offer(picture("gate", 0));
        viewer.offer(picture("gate", 1));
        viewer.offer(picture("gate", 2));
        assertThat(sent).hasSize(1);

        viewer.shown("gate");

        assertThat(sent).hasSize(2);
        assertThat(sent.get(1)).contains("\"sequence\":2,");
    }

    @Test
    void camerasShouldNotWaitForEachOther() {
        viewer.offer(picture("gate", 0));
        viewer.offer(picture("yard", 0));

        assertThat(sent).hasSize(2);
    }

    @Test
    void readyBrowserShouldSeeEveryPicture() {
        for (int sequence = 0; sequence < 5; sequence++) {
            viewer.offer(picture("gate", sequence));
            viewer.shown("gate");
        }

        assertThat(sent).hasSize(5);
    }

    @Test
    void answersForUnknownCamerasChangeNothing() {
        viewer.shown("nobody");

        assertThat(sent).isEmpty();
    }

    @Test
    void onlyTheCamerasThatAPageWatchesShouldBeSent() {
        viewer.wish(Viewer.Wish.only(Set.of("yard")));
        viewer.offer(picture("gate", 0));
        viewer.offer(picture("yard", 0));

        assertThat(sent).hasSize(1);
        assertThat(sent.get(0)).contains("\"camera\":\"yard\"");
    }

    private Viewer viewer(Viewer.Wish wish) {
        Viewer page = new Viewer(message -> sent.add(headerOf(message)));
        page.wish(wish);
        return page;
    }

    private static PictureMessage picture(String camera, long sequence) {
        Picture picture = new Picture(
                ResultFixture.detections(camera, 1, sequence, "person"),
                ResultFixture.frame(camera, 1, sequence).getImage());
        return PictureMessage.of(picture, Optional.empty());
    }

    private static String headerOf(ByteBuffer message) {
        byte[] header = new byte[message.getInt()];
        message.get(header);
        return new String(header, StandardCharsets.UTF_8);
    }
}
