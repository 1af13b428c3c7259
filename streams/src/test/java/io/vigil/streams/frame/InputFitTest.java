package io.vigil.streams.frame;

import static io.vigil.streams.frame.InputFit.Resize.CROP;
import static io.vigil.streams.frame.InputFit.Resize.FIT;
import static io.vigil.streams.frame.InputFit.Resize.STRETCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class InputFitTest {

    private final InputFit fit = new InputFit(384, 288, FIT, 16);

    @Test
    void shouldFitAnyRatioAndPadToTheMultiple() {
        assertThat(fit.fit(768, 576)).isEqualTo(new Fitted(768, 576, 384, 288, 0, 0, 384, 288));
        assertThat(fit.fit(1920, 1080)).isEqualTo(new Fitted(1920, 1080, 384, 216, 0, 0, 384, 224));
        assertThat(fit.fit(1080, 1920)).isEqualTo(new Fitted(1080, 1920, 216, 384, 0, 0, 224, 384));
        assertThat(fit.fit(100, 100)).isEqualTo(new Fitted(100, 100, 288, 288, 0, 0, 288, 288));
    }

    @Test
    void shouldRoundHalfUp() {
        // 384 * 25 / 64 = 150, 384 * 5 / 768 = 2.5
        assertThat(fit.fit(768, 5).scaledHeight()).isEqualTo(3);
        assertThat(fit.fit(64, 25).scaledHeight()).isEqualTo(150);
    }

    @Test
    void shouldCropTheCentre() {
        InputFit crop = new InputFit(224, 224, CROP, 1);

        assertThat(crop.fit(768, 576)).isEqualTo(new Fitted(768, 576, 341, 256, 58, 16, 224, 224));
        assertThat(crop.fit(576, 768)).isEqualTo(new Fitted(576, 768, 256, 341, 16, 58, 224, 224));
    }

    @Test
    void shouldStretchToExactlyTheSize() {
        assertThat(new InputFit(160, 112, STRETCH, 1).fit(768, 576))
                .isEqualTo(new Fitted(768, 576, 160, 112, 0, 0, 160, 112));
    }

    @Test
    void shouldRefuseACropThatIsWiderThanTheScaledPicture() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InputFit(384, 288, CROP, 1));
    }

    @Test
    void sizeMustBePositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InputFit(0, 288, FIT, 16));
        assertThatIllegalArgumentException().isThrownBy(() -> new InputFit(384, 288, FIT, 0));
    }

    @Property
    void shouldStayWithinTheLimitsAndUseThem(
            @ForAll @IntRange(min = 1, max = 8000) int width, @ForAll @IntRange(min = 1, max = 8000) int height) {
        Fitted fitted = fit.fit(width, height);

        int longer = Math.max(fitted.scaledWidth(), fitted.scaledHeight());
        int shorter = Math.min(fitted.scaledWidth(), fitted.scaledHeight());
        assertThat(longer).isLessThanOrEqualTo(384);
        assertThat(shorter).isLessThanOrEqualTo(288);
        assertThat(longer == 384 || shorter == 288).isTrue();
        assertThat(fitted.width() % 16).isZero();
        assertThat(fitted.width() - fitted.scaledWidth()).isBetween(0, 15);
        assertThat(fitted.height() - fitted.scaledHeight()).isBetween(0, 15);
    }

    @Property
    void shouldMapTheContentBackOntoThePicture(
            @ForAll @IntRange(min = 1, max = 8000) int width, @ForAll @IntRange(min = 1, max = 8000) int height) {
        Fitted fitted = fit.fit(width, height);

        assertThat(fitted.sourceX(0)).isZero();
        assertThat(fitted.sourceX(fitted.contentWidth())).isEqualTo(width, Offset.offset(0.01f));
        assertThat(fitted.sourceY(fitted.contentHeight())).isEqualTo(height, Offset.offset(0.01f));
    }
}
