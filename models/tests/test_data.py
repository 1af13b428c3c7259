"""The data sets keep what their documentation promises."""

import numpy as np
import pytest
from vigil_models.data import seeds
from vigil_models.data.actions import ACTION_LABELS, ActionClips, _window_start
from vigil_models.data.detection import DETECTION_LABELS, DetectionSequences
from vigil_models.data.loading import clip_loader
from vigil_models.world.scene import Scene

SMALL = (96, 72)


def test_splits_share_no_seed():
    for base in (seeds.TRAIN, seeds.VALIDATION, seeds.TEST):
        assert seeds.scene_seed(base, 0) == base
        assert seeds.scene_seed(base, seeds.SPAN - 1) == base + seeds.SPAN - 1
        assert seeds.scene_seed(base + 5, seeds.SPAN - 1) == base + 4  # wraps within its own split
    with pytest.raises(IndexError, match="outside"):
        seeds.scene_seed(seeds.TRAIN, seeds.SPAN)


def test_sequence_is_a_function_of_its_index():
    first, again = (DetectionSequences(seeds.VALIDATION, SMALL, frames=3).sequence(4) for _ in range(2))
    assert np.array_equal(first.images, again.images)
    assert all(np.array_equal(a, b) for a, b in zip(first.boxes, again.boxes))


def test_sequence_has_supports_one_interval_apart_and_then_the_key_frame():
    for index in range(4):
        sequence = DetectionSequences(seeds.TRAIN, SMALL, frames=4, interval_ms=(300, 2000)).sequence(index)
        steps = np.diff(sequence.times_ms)
        assert sequence.images.shape == (4, SMALL[1], SMALL[0], 3) and sequence.times_ms[0] == 0
        assert abs(steps[0] - steps[1]) <= 1 and 300 <= steps[0] <= 2000
        assert 0 < steps[2] <= steps[0] + 1
        for boxes, labels, ignore, visible in zip(sequence.boxes, sequence.labels, sequence.ignore, sequence.visible):
            assert len(boxes) == len(labels) == len(ignore) == len(visible)
            assert (labels < len(DETECTION_LABELS)).all()
            assert (boxes[:, :2] < boxes[:, 2:]).all() and (boxes >= 0).all() and (boxes <= [*SMALL, *SMALL]).all()


def test_every_object_class_occurs():
    seen = set()
    for index in range(24):
        seen.update(DetectionSequences(seeds.TRAIN, SMALL, frames=1).sequence(index).labels[0].tolist())
    assert seen == set(range(len(DETECTION_LABELS)))


@pytest.mark.parametrize("length, span", [(1.0, 1.75), (1.75, 1.75), (6.0, 1.75)])
def test_label_fills_most_of_the_window(length, span):
    rng = np.random.default_rng(0)
    for _ in range(200):
        first = _window_start(rng, 2.0, 2.0 + length, span)
        overlap = min(first + span, 2.0 + length) - max(first, 2.0)
        assert overlap >= min(0.85 * length, 0.7 * span) - 1e-9


def test_clips_of_a_grasp_show_two_frames_before_and_after_it():
    clips = ActionClips(seeds.TEST, size=(48, 32))
    drawn = [clips._draw(index) for index in range(60)]
    grasps = [(np.array(clip.times), clip.staged.grasp) for clip in drawn if clip.staged.grasp is not None]
    assert {ACTION_LABELS[clip.label] for clip in drawn if clip.staged.grasp is not None} == {"picking up", "putting down"}
    assert all((times < grasp).sum() >= 2 and (times > grasp).sum() >= 2 for times, grasp in grasps)


def test_clips_are_functions_of_their_index_and_labels_are_spread():
    clips = ActionClips(seeds.TEST, size=(48, 32), frames=4)
    first, again = clips.annotated(3), clips.annotated(3)
    assert np.array_equal(first.images, again.images) and first.label == again.label
    assert first.images.shape == (4, 32, 48, 3) and first.keypoints.shape == (4, 4, 2)
    labels = {int(np.random.default_rng((seeds.TEST + i, 5)).integers(len(ACTION_LABELS))) for i in range(60)}
    assert labels == set(range(len(ACTION_LABELS)))


def test_loader_keeps_the_order_and_starts_where_told():
    clips = ActionClips(seeds.TRAIN, size=(48, 32), frames=2)
    batches = list(clip_loader(clips, count=3, batch=2, workers=0, start=5))
    assert [len(batch) for batch in batches] == [2, 1]
    assert np.array_equal(batches[1][0].images, clips.annotated(7).images)


def test_wrong_arguments_say_what_to_do():
    with pytest.raises(ValueError, match="at least its key frame"):
        DetectionSequences(0, frames=0)
    with pytest.raises(ValueError, match="shortest <= longest"):
        DetectionSequences(0, interval_ms=(500, 300))
    with pytest.raises(ValueError, match="at least 2 frames"):
        ActionClips(0, frames=1)


def test_surroundings_go_on_at_the_pace_of_the_clip(monkeypatch):
    times, render = [], Scene.render

    def recorded(scene, time):
        times.append(time)
        return render(scene, time)

    monkeypatch.setattr(Scene, "render", recorded)
    clips = ActionClips(seeds.TEST, size=(48, 32))
    images, _ = clips.clip(4)
    before, after = clips.surroundings(4, 3)
    clip, earlier, later = np.split(times, [8, 11])
    steps = np.diff([*earlier, *clip, *later])
    assert steps == pytest.approx(np.full(13, (clip[-1] - clip[0]) / 7), rel=0.35)  # frames of a clip jitter
    assert np.diff(earlier) == pytest.approx(np.diff(later)) and len(before) == len(after) == 3
    assert np.array_equal(clips.surroundings(4, 2)[0], before[1:])


def test_surroundings_are_mirrored_as_the_clip_is():
    clips = ActionClips(seeds.TEST, size=(48, 32))
    for index in range(6):
        images = clips.clip(index)[0].astype(int)
        before, _ = clips.surroundings(index, 1)
        assert np.abs(before[-1] - images[0]).mean() < 0.8 * np.abs(before[-1][:, ::-1] - images[0]).mean()
