"""Pictures are spoilt for moments, as told by a schedule, and otherwise are what they would have been."""

import numpy as np
import pytest
from vigil_models.__main__ import parser
from vigil_models.data import seeds
from vigil_models.data.detection import DetectionVideos
from vigil_models.world.disturbance import FELT, KINDS, LONGEST, SHORTEST, Disturbance, never, passing, staged
from vigil_models.world.street import street_scene

SIZE = (192, 144)
SLOT_SECONDS = 0.5


def rendered(kind, t, seed=0):
    """The picture of a camera with one disturbance of 2 s, whose middle is at 0."""
    only = Disturbance(kind, -1.0, 2.0, 0.5)
    return street_scene(seed, SIZE, lambda _: lambda time: only if only.strength(time) > 0 else None).render(t)


def edges(frame, share):
    """Difference in grey levels between neighbours that this share of all neighbours stays below."""
    return np.quantile(np.abs(np.diff(frame.image.astype(int), axis=1)), share)


def test_a_seed_gives_the_same_disturbed_picture_every_time():
    first, again = (street_scene(7, SIZE, staged) for _ in range(2))
    again.render(1.5)
    assert np.array_equal(first.render(0.0).image, again.render(0.0).image)
    assert first.render(0.0).disturbance in KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_spoilt_only_while_it_is_disturbed(kind):
    for t, spoilt in ((-1.5, False), (0.0, True), (1.5, False)):
        frame, usual = rendered(kind, t), street_scene(0, SIZE).render(t)
        assert np.array_equal(frame.image, usual.image) != spoilt
        assert frame.disturbance == (kind if spoilt else "")
        assert usual.disturbance == ""


def test_a_disturbance_does_what_its_name_says():
    usual = street_scene(0, SIZE).render(0.0)
    seen = {kind: rendered(kind, 0.0) for kind in KINDS}
    for kind in ("defocus", "shake"):
        assert edges(seen[kind], 0.995) < 0.6 * edges(usual, 0.995)
    assert edges(seen["noise"], 0.5) > 2 * edges(usual, 0.5)
    assert seen["underexposure"].image.mean() < 0.6 * usual.image.mean()
    assert seen["overexposure"].image.mean() > 1.2 * usual.image.mean()
    flat = np.ptp(seen["compression"].image.reshape(SIZE[1] // 8, 8, SIZE[0] // 8, 8, 3).astype(int), axis=(1, 3))
    assert np.median(flat) < 30  # little is left within the blocks that the encoder codes


def test_shake_smears_everything_and_moves_the_boxes():
    usual, shaken = street_scene(0, SIZE).render(0.0), rendered("shake", 0.0)
    assert (shaken.smear >= 5).all() and len(shaken.smear) and not np.array_equal(shaken.boxes, usual.boxes)
    np.testing.assert_allclose(shaken.boxes, usual.boxes, atol=16)


def test_a_disturbance_comes_and_goes():
    disturbance = Disturbance("defocus", 1.0, 2.0, 1.0)
    assert [disturbance.strength(t) for t in (0.9, 1.0, 1.2, 1.4, 2.0, 2.8, 3.0, 3.1)] == pytest.approx([0, 0, 0.5, 1, 1, 0.5, 0, 0])


def test_passing_disturbances_spoil_one_picture_in_eight():
    spoilt = [d is not None and d.strength(t) >= FELT for seed in range(40) for s in [passing(seed)] for t in np.arange(-30, 30, 0.25) for d in [s(t)]]
    assert np.mean(spoilt) == pytest.approx(0.123, abs=0.015)
    assert passing(3)(1.0) == passing(3)(1.0)
    assert not any(never(3)(t) for t in np.arange(-30, 30, 0.25))


def test_staged_disturbance_spoils_the_key_frame_and_at_most_half_of_its_support_frames():
    kinds = set()
    for seed in range(300):
        schedule = staged(seed)
        key = schedule(0.0)
        assert key.strength(0.0) == pytest.approx(1) and SHORTEST <= key.duration <= LONGEST
        assert sum(schedule(-SLOT_SECONDS * slot) is not None for slot in range(1, 7)) <= 3
        kinds.add(key.kind)
    assert kinds == set(KINDS)


def test_videos_keep_what_spoils_their_frames():
    video = DetectionVideos(seeds.TEST, size=(96, 72), frames=3, interval_ms=2500, disturb=staged).sequence(0)
    assert video.disturbances[0] == video.disturbances[2] == "" and video.disturbances[1] in KINDS


def test_unknown_disturbance_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="choose one of: defocus, shake"):
        Disturbance("fog", 0.0, 1.0, 1.0).on(street_scene(0, SIZE).sensor, 0.5)


@pytest.mark.parametrize(
    "arguments, problem",
    [
        ("preview-world actions --disturbed --out sheet.png", "actions are never disturbed"),
        ("train-detector --disturbed --recipe tra-r50-imagenet-vid --data coco=x", "leave --recipe out"),
    ],
)
def test_disturbances_are_refused_where_they_mean_nothing(arguments, problem):
    args = parser().parse_args(arguments.split())
    with pytest.raises(ValueError, match=problem):
        args.run(args)
