"""Heads trained on a trunk that stays as it is."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from vigil_models.data import seeds
from vigil_models.data.detection import DetectionSequences
from vigil_models.engine import head_training
from vigil_models.engine.head_training import HeadTraining, train_head
from vigil_models.engine.trunk_features import TrunkFeatures
from vigil_models.modeling.tra import TRA, TRAConfig
from vigil_models.modeling.tra.preprocess import normalise
from vigil_models.world.disturbance import never, passing

CONFIG = replace(TRAConfig.small(), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, channels=16, head_width=32, head_heads=2)
TRAINING = HeadTraining(steps=3, sequences=2, samples=16)


class Rendered:
    """Sequences, and how many were asked for."""

    def __init__(self, count, disturb=never):
        self.source = DetectionSequences(seeds.TRAIN, size=(96, 64), frames=3, disturb=disturb)
        self.count, self.asked = count, 0

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.asked += 1
        return self.source.sequence(index)


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    torch.manual_seed(0)
    return TrunkFeatures.of(TRA(CONFIG), Rendered(4), tmp_path_factory.mktemp("features"), lambda text: None)


def test_trunk_features_are_those_of_the_detector_and_computed_once(tmp_path):
    torch.manual_seed(0)
    model, sequences = TRA(CONFIG).eval(), Rendered(2)
    kept = TrunkFeatures.of(model, sequences, tmp_path, lambda text: None)
    assert len(TrunkFeatures.of(model, sequences, tmp_path, lambda text: None)) == 2 and sequences.asked == 2
    sequence = sequences[1]
    with torch.no_grad():
        maps = model.features(normalise(torch.from_numpy(sequence.images)))
        proposals = model.detector.rpn_head.proposals(maps, torch.tensor([64.0, 96.0]), CONFIG.training_proposals)
    torch.testing.assert_close(kept[1].features, maps, atol=1e-3, rtol=1e-3)
    for frame in range(3):
        torch.testing.assert_close(kept[1].proposals[frame], proposals[frame][:, :4])
        np.testing.assert_array_equal(kept[1].truths[frame].boxes.numpy(), sequence.boxes[frame])


def test_only_the_head_is_trained_and_seeds_repeat(features):
    trained = []
    for seed in (0, 0, 1):
        torch.manual_seed(3)
        model = TRA(CONFIG)
        before = {key: value.clone() for key, value in model.state_dict().items()}
        train_head(model, features, replace(TRAINING, seed=seed), lambda text: None)
        changed = {key for key, value in model.state_dict().items() if not torch.equal(value, before[key])}
        assert changed and all(".roi_head." in key for key in changed)
        trained.append(model.state_dict()["detector.roi_head.bbox_head.fc_cls.weight"])
    assert torch.equal(trained[0], trained[1]) and not torch.equal(trained[0], trained[2])


def test_a_head_learns(features):
    torch.manual_seed(0)
    model = TRA(CONFIG)
    batch, keys = [features[0], features[1]], [0, 2]
    before = head_training.losses(model, batch, keys, TRAINING)["class"].item()
    train_head(model, features, replace(TRAINING, steps=40), lambda text: None)
    assert head_training.losses(model, batch, keys, TRAINING)["class"].item() < 0.7 * before


def test_half_of_the_key_frames_are_disturbed_and_have_undisturbed_supports(tmp_path, monkeypatch):
    sequences, seen = Rendered(12, passing), []
    data = TrunkFeatures.of(TRA(CONFIG), sequences, tmp_path, lambda text: None)
    kinds = [sequences[index].disturbances for index in range(12)]
    expected = {(s, f) for s, of in enumerate(kinds) for f in range(3) if of[f] and sum(bool(kind) for kind in of) <= 2}
    assert expected and set(data.disturbed_keys()) == expected
    loss = torch.ones((), requires_grad=True)
    monkeypatch.setattr(head_training, "losses", lambda model, batch, keys, training: seen.extend(zip(batch, keys)) or {"class": loss, "box": loss})
    train_head(TRA(CONFIG), data, replace(TRAINING, steps=100, disturbed_keys=0.5), lambda text: None)
    maps = [data[sequence].features[frame] for sequence, frame in expected]
    share = np.mean([any(torch.equal(sequence.features[key], one) for one in maps) for sequence, key in seen])
    of_any = len(expected) / (12 * 3)
    assert share == pytest.approx(0.5 + 0.5 * of_any, abs=0.1)


def test_disturbed_key_frames_cannot_be_had_from_undisturbed_cameras(features):
    with pytest.raises(ValueError, match="render them with disturbances"):
        train_head(TRA(CONFIG), features, replace(TRAINING, disturbed_keys=0.5), lambda text: None)


@torch.no_grad()
@pytest.mark.parametrize("changes, depends", [({"aggregation": False, "temporal_roi_align": False}, False), ({"temporal_roi_align": False}, True), ({}, True)])
def test_key_frame_learns_from_the_others_only_where_the_network_looks_at_them(features, changes, depends):
    torch.manual_seed(0)
    model = TRA(replace(CONFIG, **changes)).eval()
    sequence = features[0]
    blank = sequence.features.clone()
    blank[[0, 2]] = 0
    found = []
    for one in (sequence, sequence._replace(features=blank)):
        torch.manual_seed(1)
        found.append(head_training.losses(model, [one], [1], TRAINING)["class"])
    assert torch.equal(*found) != depends


@torch.no_grad()
def test_key_frame_is_not_its_own_support(features, monkeypatch):
    model, seen = TRA(CONFIG), []
    extractor = model.detector.roi_head.bbox_roi_extractor
    original = extractor.support
    monkeypatch.setattr(extractor, "support", lambda maps: seen.append(maps) or original(maps))
    head_training.losses(model, [features[0]], [1], TRAINING)
    assert torch.equal(seen[0], features[0].features[[0, 2]])
