"""Targets, losses, views and the training loop of the detector."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from vigil_models.data import seeds
from vigil_models.data.detection import DetectionSequences
from vigil_models.engine.detector import DetectorTrainer, DetectorTraining, Phase, View, fresh
from vigil_models.engine.sequence_cache import SequenceCache
from vigil_models.modeling.tra import TRAConfig, boxes
from vigil_models.modeling.tra.detector import Head
from vigil_models.modeling.tra.losses import Sample, Truth, head_loss, match, proposal_loss, sample
from vigil_models.world.disturbance import staged

CAR, DOG, BACKGROUND = 1, 4, 5


def truth(rows, labels=(CAR,), ignore=(False,)):
    return Truth(torch.tensor(rows, dtype=torch.float32).view(-1, 4), torch.tensor(labels), torch.tensor(ignore))


def test_encoded_boxes_decode_to_their_targets():
    anchors = torch.tensor([[10.0, 20, 50, 60], [0, 0, 8, 30]])
    targets = torch.tensor([[12.0, 10, 80, 55], [-3, 2, 9, 40]])
    for stds in (boxes.RPN_STDS, boxes.HEAD_STDS):
        assert torch.allclose(boxes.decode(anchors, boxes.encode(anchors, targets, stds), stds), targets, atol=1e-4)


def test_ignored_objects_are_neither_positive_nor_negative():
    ignored_car = truth([[100, 100, 160, 140]], ignore=(True,))
    inside, elsewhere = torch.tensor([[105.0, 105, 150, 135]]), torch.tensor([[10.0, 10, 40, 40]])
    found = match(torch.cat((inside, elsewhere)), ignored_car)
    assert found.iou.tolist() == [0, 0]
    assert found.ignored.tolist() == [True, False]
    drawn = sample(inside, ignored_car, BACKGROUND, 16, 0.5)
    assert len(drawn.boxes) == 0


def test_object_that_no_anchor_fits_trains_its_best_anchor():
    anchors = torch.tensor([[0.0, 0, 40, 40], [100, 100, 140, 140], [200, 200, 240, 240]])
    small = truth([[108, 108, 128, 128]])  # IoU 0.25 with the second
    logits = torch.zeros(3, requires_grad=True)
    objectness, box = proposal_loss(anchors, logits, torch.zeros(3, 4), small)
    objectness.backward()
    assert (logits.grad < 0).tolist() == [False, True, False]
    assert box > 0


def test_perfect_proposals_cost_nothing():
    anchors = torch.tensor([[0.0, 0, 40, 40], [100, 100, 140, 140]])
    car = truth([[98, 102, 150, 140]])
    deltas = boxes.encode(anchors, car.boxes.expand(2, 4), boxes.RPN_STDS)
    objectness, box = proposal_loss(anchors, torch.tensor([-20.0, 20.0]), deltas, car)
    assert objectness < 1e-6
    assert box < 1e-6


def test_picture_without_objects_has_finite_losses():
    nothing = truth([], labels=(), ignore=())
    nothing = Truth(nothing.boxes, nothing.labels.long(), nothing.ignore.bool())
    objectness, box = proposal_loss(torch.tensor([[0.0, 0, 40, 40]]), torch.zeros(1), torch.zeros(1, 4), nothing)
    assert objectness > 0
    assert box == 0
    drawn = sample(torch.tensor([[0.0, 0, 40, 40]]), nothing, BACKGROUND, 8, 0.5)
    assert drawn.labels.tolist() == [BACKGROUND]
    empty = Sample(drawn.boxes[:0], drawn.labels[:0], drawn.deltas[:0])
    assert head_loss(Head(torch.zeros(0, 6), torch.zeros(0, 20)), empty, BACKGROUND) == (0, 0)


def test_samples_keep_their_share_of_objects():
    torch.manual_seed(0)
    proposals = torch.rand(100, 2).mul(300).repeat(1, 2) + torch.tensor([0.0, 0, 20, 20])
    drawn = sample(proposals, truth([[100, 100, 160, 140]] * 30, (DOG,) * 30, (False,) * 30), BACKGROUND, 20, 0.25)
    assert len(drawn.labels) == 20
    assert (drawn.labels == DOG).sum() == 5


PHASE = Phase("test", 1.0, (64, 48), (0.5, 1.0), 1, 1, 8, False)


@pytest.mark.parametrize("mirror", [False, True])
def test_boxes_move_with_the_picture(mirror):
    picture = np.zeros((96, 128, 3), np.uint8)
    picture[20:40, 60:90] = 255
    view = View(1.0, 40, 10, (64, 48), mirror)
    cut = view.picture(picture)
    ys, xs = np.nonzero(cut[:, :, 0])
    moved = view.truth(np.array([[60.0, 20, 90, 40]]), np.array([CAR]), np.array([False]))
    assert moved.boxes.tolist() == [[xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]]
    assert moved.ignore.tolist() == [False]


def test_objects_mostly_cut_off_are_ignored_and_those_outside_are_gone():
    view = View(1.0, 0, 0, (64, 48), False)
    rows = np.array([[50.0, 10, 100, 40], [70, 10, 100, 40]])
    moved = view.truth(rows, np.array([CAR, DOG]), np.array([False, False]))
    assert moved.boxes.tolist() == [[50, 10, 64, 40]]
    assert moved.ignore.tolist() == [True]


def test_views_show_the_middle_of_an_object():
    random = np.random.default_rng(0)
    box = np.array([[100.0, 70, 120, 90]])
    for _ in range(50):
        view = View.draw(128, 96, box, PHASE, random)
        moved = view.truth(box, np.array([DOG]), np.array([False]))
        middle = (moved.boxes[0, :2] + moved.boxes[0, 2:]) / 2
        assert (middle > 0).all() and (middle < torch.tensor([64, 48])).all()


def test_cached_sequences_are_what_was_rendered(tmp_path):
    source = DetectionSequences(seeds.TRAIN, size=(96, 64), frames=2, disturb=staged)
    cache = SequenceCache(source, 2, tmp_path)
    assert not list(tmp_path.iterdir())
    first, again, expected = cache[1], cache[1], source.sequence(1)
    assert any(expected.disturbances)
    for found in (first, again):
        assert found.disturbances == expected.disturbances
        np.testing.assert_array_equal(found.images, expected.images)
        for name in ("boxes", "labels", "ignore", "visible"):
            for a, b in zip(getattr(found, name), getattr(expected, name)):
                np.testing.assert_array_equal(a, b)
    assert [path.name for path in tmp_path.iterdir()] == ["0000001.npz"]


TINY = replace(
    TRAConfig.small(), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, channels=16, head_width=32, head_heads=2
)


def tiny_training(tmp_path, steps, **changes):
    phases = (Phase("fine", 0.5, (64, 48), (0.5, 1.0), 2, 1, 8, False), Phase("temporal", 1.0, (64, 48), (0.2, 0.2), 1, 3, 8, True))
    return DetectorTraining(
        network=TINY, minutes=None, steps=steps, phases=phases, sequences=2, cache=tmp_path / "cache",
        workers=0, threads=1, validation_sequences=1, **changes,
    )  # fmt: skip


def test_interrupted_training_goes_on_from_its_checkpoint(tmp_path):
    metrics = DetectorTrainer(tiny_training(tmp_path, 4), tmp_path).train()
    assert 0 <= metrics["proposal recall"] <= 1
    with pytest.raises(ValueError, match="add --resume"):
        DetectorTrainer(tiny_training(tmp_path, 6), tmp_path)
    resumed = DetectorTrainer(tiny_training(tmp_path, 6, resume=True), tmp_path)
    assert resumed.budget.step == 4
    resumed.train()
    last = torch.load(str(tmp_path / "detector" / "last.pt"))
    assert last["step"] == 6
    assert {"model", "config", "labels", "metrics", "data"} <= set(last)


def test_every_part_of_the_network_learns(tmp_path):
    trainer = DetectorTrainer(tiny_training(tmp_path, 4), tmp_path)
    before = {name: value.clone() for name, value in trainer.model.named_parameters()}
    trainer.train()
    still = [name for name, value in trainer.model.named_parameters() if torch.equal(value, before[name])]
    assert not still


def test_fresh_detector_finds_little():
    """The focal loss wants a start at which next to nothing counts as an object."""
    logits, _ = fresh(TINY).eval().detector.rpn_head(torch.zeros(1, 16, 4, 4))
    assert logits.sigmoid().max() < 0.05
