"""Budget, schedule, checkpoints and the recognizer's training loop."""

import csv

import numpy as np
import pytest
import torch
from vigil_models.data.actions import ActionClips
from vigil_models.engine.common import Budget, WeightAverage, load_checkpoint, one_cycle, save_checkpoint
from vigil_models.engine.guidance import Guidance, guidance_loss
from vigil_models.engine.recognizer import ClipPool, RecognizerTraining, augmented, pair_loss, train
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.world.stage import ACTIONS

TINY = TANetConfig(len(ACTIONS), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, input_size=(48, 32))


def tiny_training(**changes):
    settings = dict(
        name="tiny", network=TINY, minutes=None, steps=2, batch=4, pool=8, workers=0, validation_clips=4, sizes=((1.0, 48, 32),)
    )
    return RecognizerTraining(**{**settings, **changes})


def test_budget_ends_by_what_is_used_up_first():
    budget = Budget(minutes=60, steps=10, seconds_before=900, steps_before=8)
    assert budget.progress == pytest.approx(0.8, abs=0.01)
    assert Budget(minutes=60, steps=1000, seconds_before=1800, steps_before=8).progress == pytest.approx(0.5, abs=0.01)
    with pytest.raises(ValueError, match="--minutes, --steps or both"):
        Budget(None, None)


def test_one_cycle_rises_to_its_peak_and_falls():
    rates = [one_cycle(p, 1.0) for p in np.linspace(0, 1, 101)]
    assert max(rates) == pytest.approx(1.0) and rates.index(max(rates)) == 8
    assert rates[0] == pytest.approx(0.1) and rates[-1] == pytest.approx(0.005)
    assert all(a >= b for a, b in zip(rates[8:], rates[9:]))


def test_failed_write_leaves_the_old_checkpoint(tmp_path):
    path = tmp_path / "last.pt"
    save_checkpoint(path, {"step": 1})
    with pytest.raises(Exception):
        save_checkpoint(path, {"step": lambda: 0})
    assert load_checkpoint(path)["step"] == 1


def test_missing_checkpoint_says_what_to_do(tmp_path):
    with pytest.raises(ValueError, match="without --resume first"):
        load_checkpoint(tmp_path / "none.pt")


def test_weight_average_follows_a_constant_model_exactly():
    model = torch.nn.Linear(3, 2)
    average = WeightAverage(model)
    with torch.no_grad():
        model.weight.add_(1.0)
    for _ in range(2000):
        average.update(model)
    assert torch.allclose(average.state["weight"], model.weight, atol=0.03)


def test_pool_keeps_the_most_recent_clips():
    pool = ClipPool(3, np.random.default_rng(0))
    for number in range(5):
        pool.add(number)
    assert set(pool.draw(100)) == {2, 3, 4}


def test_turned_round_clip_gets_the_label_of_its_partner():
    source = next(c for c in map(ActionClips(0, size=(48, 32), frames=4).annotated, range(50)) if ACTIONS[c.label] == "sitting down")
    outcomes = {}
    for seed in range(20):
        result = augmented(source, np.random.default_rng(seed))
        rising = result.keypoints[-1, 0, 1] < result.keypoints[0, 0, 1]
        outcomes[ACTIONS[result.label]] = outcomes.get(ACTIONS[result.label], set()) | {bool(rising)}
    assert outcomes == {"sitting down": {False}, "standing up": {True}}


def test_pair_loss_compares_an_action_with_its_reverse_alone():
    down, up, standing = (ACTIONS.index(name) for name in ("sitting down", "standing up", "standing"))
    logits = torch.zeros(3, len(ACTIONS))
    logits[:, standing] = 100.0
    logits[0, down], logits[1, down] = 2.0, 2.0
    loss = pair_loss(logits, torch.tensor([down, up, standing]))
    assert loss.item() == pytest.approx((np.log1p(np.exp(-2.0)) + np.log1p(np.exp(2.0))) / 2, abs=1e-5)
    assert pair_loss(logits, torch.tensor([standing] * 3)) == 0


def test_guided_logits_are_those_of_the_network():
    torch.manual_seed(0)
    network = TANet(TANetConfig(5, blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, motion_gain=3.0)).eval()
    clip = torch.randn(2, 8, 3, 32, 48)
    with torch.no_grad():
        logits, _ = Guidance(network).eval()(network, clip)
        assert torch.allclose(logits, network(clip), atol=1e-5)


def test_guidance_rewards_heat_at_the_keypoint():
    keypoints = torch.full((1, 2, 4, 2), 0.3)
    visible, stature = torch.ones(1, 2), torch.tensor([0.5])
    right, wrong = torch.zeros(2, 4, 10, 10), torch.zeros(2, 4, 10, 10)
    right[..., 2:4, 2:4], wrong[..., 7:9, 7:9] = 5.0, 5.0
    still = torch.tensor([[0.0] * 8 + [1.0]] * 2)
    losses = [guidance_loss((heat, heat, still), keypoints, visible, stature, aspect=1.5) for heat in (right, wrong)]
    assert losses[0] < losses[1] - 2


def test_mixed_precision_learns_other_weights_and_keeps_them_in_single_precision(tmp_path):
    train(tiny_training(name="mixed", mixed_precision=True), tmp_path)
    train(tiny_training(name="single"), tmp_path)
    mixed, single = (load_checkpoint(tmp_path / name / "last.pt")["model"] for name in ("mixed", "single"))
    assert all(mixed[name].dtype == single[name].dtype for name in single)
    weights = next(name for name in single if name.endswith("conv1.weight"))
    assert not torch.equal(mixed[weights], single[weights])
    assert torch.allclose(mixed[weights], single[weights], atol=1e-2)


def test_training_renders_clips_that_an_earlier_one_has_not_seen(tmp_path):
    train(tiny_training(seen=40, filled=6), tmp_path)
    stored = load_checkpoint(tmp_path / "tiny" / "last.pt")
    assert stored["resume"]["rendered"] == 40 + 6 + 2
    assert stored["data"] == "synthetic world, 8 clips of seeds 40 to 48"


def test_training_writes_checkpoints_and_goes_on_from_them(tmp_path):
    metrics = train(tiny_training(), tmp_path)
    stored = load_checkpoint(tmp_path / "tiny" / "last.pt")
    assert stored["step"] == 2 and stored["labels"] == list(ACTIONS) and stored["metrics"]["top1"] == metrics["top1"]
    TANet(TANetConfig(**stored["config"])).load_state_dict(stored["model"])

    with pytest.raises(ValueError, match="add --resume"):
        train(tiny_training(), tmp_path)

    train(tiny_training(steps=3, resume=True), tmp_path)
    resumed = load_checkpoint(tmp_path / "tiny" / "last.pt")
    assert resumed["step"] == 3 and resumed["resume"]["rendered"] > stored["resume"]["rendered"]
    rows = list(csv.DictReader(open(tmp_path / "tiny" / "validation.csv")))
    assert [row["step"] for row in rows] == ["2", "3"]
