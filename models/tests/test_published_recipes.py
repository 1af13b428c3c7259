"""The published recipes: their numbers, targets and samples, and steps that do not depend on how they are shared out."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from conftest import assert_close
from test_stored_data_sets import ilsvrc, write_picture  # noqa: F401
from test_stored_videos import spoilt_videos, write_video
from torch import nn
from vigil_models.data.epic_kitchens import epic_kitchens
from vigil_models.data.imagenet_vid import ImageNetVid
from vigil_models.data.key_frames import KeyFrames
from vigil_models.data.sources import recognition
from vigil_models.data.training_clips import TrainingClips, crop_sizes, multi_scale_crop
from vigil_models.engine.common import load_checkpoint
from vigil_models.engine.epochs import EpochSampler, EpochTraining
from vigil_models.engine.pretrained import load_backbone
from vigil_models.engine.processes import Processes
from vigil_models.engine.published_training import RecipeRun, train_detector, train_recognizer
from vigil_models.engine.recipes import (
    DetectorRecipe,
    Optimisation,
    StepSchedule,
    detector_recipes,
    recognizer_groups,
    recognizer_recipes,
)
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.modeling.tra import TRA, TRAConfig
from vigil_models.modeling.tra.config import IMAGENET_VID_LABELS
from vigil_models.modeling.tra.published_losses import PublishedLoss, assign, draw, proposal_loss, sample

TINY = replace(
    TRAConfig.small(), labels=tuple(IMAGENET_VID_LABELS), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, channels=16,
    normalised_heads=False, search_pooling=1, head_width=32, head_heads=2, input_size=(96, 72), supports=2,
)  # fmt: skip
DEBIAN = ("-r", "1", "-t", "1")  # torchrun of torch 1.13 cannot read its own default, 0, under Python 3.11
TINY_RECIPE = DetectorRecipe(
    TINY, Optimisation(StepSchedule(0.01, 2, (1,), 2), batch=2, weight_decay=1e-4, clip_norm=35.0), head_samples=16
)


def test_schedule_of_the_detector_warms_up_and_falls_after_epochs_2_and_5():
    schedule = detector_recipes()["tra-r50-imagenet-vid"].optimisation.schedule
    assert schedule.at(0, 0) == pytest.approx(0.01 / 3)
    assert schedule.at(0, 250) == pytest.approx(0.01 * 2 / 3)
    assert [schedule.at(epoch, 10_000) for epoch in range(7)] == pytest.approx([0.01] * 2 + [0.001] * 3 + [0.0001] * 2)


def test_recipes_of_the_recognizer_have_the_published_numbers():
    published = recognizer_recipes(16, 101)
    found = {
        name: (r.optimisation.schedule.rate, r.optimisation.schedule.epochs, r.optimisation.batch, r.optimisation.weight_decay, r.network.dropout, r.sampling, r.flip)
        for name, r in published.items()
    }  # fmt: skip
    assert found == {
        "tam-kinetics": (0.01, 100, 64, 1e-4, 0.5, "dense", 0.5),
        "tam-something-v1": (0.01, 50, 64, 1e-3, 0.6, "uniform", 0.0),
        "tam-something-v1-mmaction2": (0.0075, 50, 48, 1e-3, 0.6, "uniform", 0.5),
        "tam-something-v2": (0.02, 50, 128, 5e-4, 0.5, "uniform", 0.5),
    }
    assert published["tam-kinetics"].optimisation.schedule.milestones == (50, 75, 90)
    assert published["tam-kinetics"].network == TANetConfig.r101(400, 16)
    of_mmaction2 = recognizer_recipes(8)["tam-something-v1-mmaction2"]
    assert of_mmaction2.optimisation == published["tam-something-v1"].optimisation
    assert of_mmaction2.swaps == ((2, 4), (30, 41), (52, 66)) and of_mmaction2.multipliers == "mmaction2"


@pytest.mark.parametrize("multipliers, global_branch", [("official", 5.0), ("mmaction2", 1.0)])
def test_every_kind_of_layer_has_its_multipliers(multipliers, global_branch):
    recipe = replace(recognizer_recipes()["tam-kinetics"], multipliers=multipliers)
    model = TANet(TANetConfig(3, blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8))
    groups = recognizer_groups(model, recipe)
    found = {id(p): (g["rate"], g["weight_decay"]) for g in groups for p in g["params"]}
    named = {name: found.pop(id(p)) for name, p in model.named_parameters()}
    assert not found
    assert named["base_model.conv1.weight"] == named["base_model.layer1.0.tam.L.0.weight"] == (1.0, 1e-4)
    assert named["base_model.layer1.0.tam.G.0.weight"] == (global_branch, 1e-4)
    assert named["base_model.bn1.weight"] == named["base_model.layer1.0.tam.G.1.bias"] == (1.0, 0.0)
    assert named["new_fc.weight"] == (5.0, 1e-4) and named["new_fc.bias"] == (10.0, 0.0)


def test_anchors_are_assigned_by_their_overlap_and_the_best_is_rescued():
    truth = torch.tensor([[0.0, 0, 10, 10], [100, 100, 110, 110]])
    candidates = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 5], [0, 0, 10, 2], [100, 100, 110, 104], [100, 106, 110, 110]])
    found = assign(candidates, truth, 0.3, 0.7, 0.3)  # IoU 1, 0.5, 0.2, 0.4, 0.4
    assert found.kind.tolist() == [1, -1, 0, 1, 1]  # the last two overlap the second truth equally well
    assert found.truth[[0, 3, 4]].tolist() == [0, 1, 1]
    assert assign(candidates, truth, 0.5, 0.5, float("inf")).kind.tolist() == [1, 1, 0, 0, 0]
    assert assign(candidates, truth[:0], 0.3, 0.7, 0.3).kind.tolist() == [0] * 5


def test_samples_are_filled_up_with_background():
    kind = torch.tensor([1] * 200 + [0] * 300 + [-1] * 50)
    positives, negatives = draw(kind, 256, 0.5)
    assert (len(positives), len(negatives)) == (128, 128)
    positives, negatives = draw(kind[195:], 256, 0.5)
    assert (len(positives), len(negatives)) == (5, 251)


def test_anchors_that_leave_the_image_learn_nothing():
    anchors = torch.tensor([[0.0, 0, 10, 10], [5, 5, 20, 20], [-1, 0, 9, 10], [2, 2, 12, 12]])
    logits = torch.zeros(4, requires_grad=True)
    objectness, _ = proposal_loss(anchors, logits, torch.zeros(4, 4), torch.tensor([18.0, 18.0]), torch.tensor([[0.0, 0, 10, 10]]), (0.3, 0.7), 256, 0.5)
    objectness.backward()
    # Inside are the first and the last; the last has IoU 64/136, neither object nor background.
    assert (logits.grad != 0).tolist() == [True, False, False, False]
    assert objectness.item() == pytest.approx(np.log(2))


def test_truths_are_candidates_of_the_head():
    truth, labels = torch.tensor([[0.0, 0, 10, 10]]), torch.tensor([7])
    drawn = sample(torch.tensor([[50.0, 50, 60, 60]]), truth, labels, 30, 0.5, 256, 0.25)
    assert drawn.labels.tolist() == [7, 30] and drawn.boxes[0].tolist() == [0, 0, 10, 10]
    assert drawn.deltas.abs().max() == 0


@pytest.fixture
def key_frames(ilsvrc):  # noqa: F811
    return KeyFrames(ImageNetVid(ilsvrc).training().worth_learning(), TINY, 0.5, 0)


def test_key_frame_and_supports_are_mirrored_together(key_frames):
    seen = set()
    for epoch in range(20):
        key = key_frames[(epoch, 1)]  # frame 5, the last: no frame after it
        assert key.images.shape == (2, 3, 80, 96) and key.image_size.tolist() == [72, 96]
        seen.add(key.boxes[0].tolist()[0])
        again = key_frames[(epoch, 1)]
        assert torch.equal(key.images, again.images)
    assert seen == {7.5, 96 - 25 * 1.5}  # 5 to 25 of 64 pixels, scaled to 96
    assert key_frames[(0, 2)].images.shape[0] == 3  # a still picture supports itself twice


def test_frozen_parts_stay_and_all_others_learn(key_frames):
    torch.manual_seed(0)
    loss = PublishedLoss(TRA(TINY), TINY_RECIPE).train()
    before = {name: value.clone() for name, value in loss.model.state_dict().items()}
    parts = loss([key_frames[(0, 0)]])
    assert set(parts) == {"objectness", "proposal_box", "class", "box"}
    torch.stack(list(parts.values())).sum().backward()
    after = loss.model.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items() if "running" in name)
    frozen = {name for name, p in loss.model.named_parameters() if p.grad is None}
    assert frozen and all(any(part in name for part in ("backbone.conv1", "backbone.bn1", "backbone.layer1")) for name in frozen)


def test_gradients_reach_the_supports_features(key_frames):
    torch.manual_seed(0)
    loss = PublishedLoss(TRA(TINY), TINY_RECIPE).train()
    key = key_frames[(0, 0)]
    images = key.images.requires_grad_()
    loss([key._replace(images=images)])["class"].backward()
    assert (images.grad.abs().amax((1, 2, 3)) > 0).all()


def test_steps_take_the_same_samples_however_many_processes_share_them():
    alone = list(EpochSampler(10, 4, Processes(0, 1, torch.device("cpu")), 3, 1))
    shared = [list(EpochSampler(10, 4, Processes(rank, 2, torch.device("cpu")), 3, 1)) for rank in (0, 1)]
    steps = [[*shared[0][2 * s : 2 * s + 2], *shared[1][2 * s : 2 * s + 2]] for s in range(2)]
    assert sum(steps, []) == alone and len(alone) == 8 and len(set(alone)) == 8
    assert alone != [(1, index) for _, index in EpochSampler(10, 4, Processes(0, 1, torch.device("cpu")), 3, 2)]
    assert list(EpochSampler(10, 4, Processes(0, 1, torch.device("cpu")), 3, 1, first_step=1)) == alone[4:]
    assert len(list(EpochSampler(2, 4, Processes(0, 1, torch.device("cpu")), 3, 0))) == 4


def detector_run(directory, **changes):
    return RecipeRun("tiny", "test", EpochTraining(directory, workers=0, **changes), threads=1)


def weights(path):
    return load_checkpoint(path / "last.pt")["model"]


def test_interrupted_recipe_goes_on_as_if_it_had_not_been(ilsvrc, tmp_path):  # noqa: F811
    data = ImageNetVid(ilsvrc).training().worth_learning()
    assert train_detector(detector_run(tmp_path / "whole"), TINY_RECIPE, data) == 2  # 3 frames, 2 a step, 2 epochs
    assert train_detector(detector_run(tmp_path / "cut", steps=1), TINY_RECIPE, data) == 1
    with pytest.raises(ValueError, match="add --resume"):
        train_detector(detector_run(tmp_path / "cut"), TINY_RECIPE, data)
    assert train_detector(detector_run(tmp_path / "cut", resume=True), TINY_RECIPE, data) == 2
    whole, cut = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all(torch.equal(value, cut[name]) for name, value in whole.items())


EPIC_ROWS = ((61, 20, "bag", (540, 960, 400, 800)), (31, 4, "knife", (0, 0, 540, 960)), (61, 4, "knife", (0, 0, 540, 960)))


def write_epic_kitchens(folder, rows=EPIC_ROWS):
    """Records of (frame, noun_class, noun, box) of one video, and its frames; returns what --data takes."""
    names = ("frame", "noun_class", "noun", "bounding_boxes")
    records = [{"participant_id": "P01", "video_id": "P01_01", **dict(zip(names, (*row[:3], [row[3]])))} for row in rows]
    for row in rows:
        write_picture(folder / "P01" / "P01_01" / f"{row[0]:010d}.jpg", size=(192, 108))
    (folder / "labels.json").write_text(json.dumps(records))
    return f"epic-kitchens={folder / 'labels.json'},{folder}"


def test_training_of_other_classes_is_not_gone_on_with(tmp_path):
    first, other = (epic_kitchens(*source_paths(write_epic_kitchens(tmp_path / name, rows))) for name, rows in (
        ("first", EPIC_ROWS), ("other", [(number, noun, name.replace("bag", "pan"), box) for number, noun, name, box in EPIC_ROWS])
    ))  # fmt: skip
    train_detector(detector_run(tmp_path / "run", steps=1), TINY_RECIPE, first)
    with pytest.raises(ValueError, match="with other classes: knife, bag; the data set has knife, pan"):
        train_detector(detector_run(tmp_path / "run", resume=True), TINY_RECIPE, other)


def source_paths(source):
    return [Path(path) for path in source.split("=", 1)[1].split(",")]


@pytest.mark.slow
def test_two_processes_take_the_step_that_one_takes(ilsvrc, tmp_path):  # noqa: F811
    data = ImageNetVid(ilsvrc).training().worth_learning()
    train_detector(detector_run(tmp_path / "one"), TINY_RECIPE, data)
    script = tmp_path / "train.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom test_published_recipes import TINY_RECIPE, ImageNetVid, detector_run, train_detector\n"
        "data = ImageNetVid(Path(sys.argv[1])).training().worth_learning()\n"
        "train_detector(detector_run(Path(sys.argv[2])), TINY_RECIPE, data)\n"
    )
    here = Path(__file__).parent
    launched = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", *DEBIAN, str(script), str(ilsvrc), str(tmp_path / "two")],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{here}:{here.parent}", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert launched.returncode == 0, launched.stderr[-3000:]
    one, two = weights(tmp_path / "one"), weights(tmp_path / "two")
    for name, value in one.items():
        assert_close(two[name], value, 2e-6, 1e-4)


def test_mixed_precision_trains(ilsvrc, tmp_path):  # noqa: F811
    data = ImageNetVid(ilsvrc).training().worth_learning()
    train_detector(detector_run(tmp_path / "mixed", mixed_precision=True, steps=1), TINY_RECIPE, data)
    train_detector(detector_run(tmp_path / "single", steps=1), TINY_RECIPE, data)
    mixed, single = weights(tmp_path / "mixed"), weights(tmp_path / "single")
    name = "detector.roi_head.bbox_head.fc_cls.bias"
    assert not torch.equal(mixed[name], single[name])
    assert_close(mixed[name], single[name], 1e-4)


def test_crops_of_clips_are_those_of_the_published_jitter():
    assert crop_sizes(340, 256, 224, (1, 0.875, 0.75, 0.66))[0] == (256, 256)
    sizes = crop_sizes(340, 256, 224, (1, 0.875, 0.75, 0.66))
    assert len(sizes) == 10 and (256, 224) in sizes and (256, 192) not in sizes and (168, 168) in sizes
    ramp = np.arange(256, dtype=np.uint8)[:, None, None] * np.ones((1, 340, 3), np.uint8)
    crops = multi_scale_crop([ramp, ramp], 224, (1, 0.875, 0.75, 0.66), np.random.default_rng(0))
    assert crops[0].shape == (224, 224, 3) and np.array_equal(crops[0], crops[1])


def tiny_recognizer(**changes):
    network = TANetConfig(3, segments=8, blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8)
    optimisation = Optimisation(StepSchedule(0.01, 2, (1,)), batch=4, weight_decay=1e-3, clip_norm=20.0)
    settings = dict(network=network, optimisation=optimisation, scaled_side=40, crop=32, sampling="uniform", flip=0.5)
    return replace(recognizer_recipes()["tam-something-v2"], **{**settings, **changes})


@pytest.fixture
def video_source(tmp_path):
    write_video(tmp_path / "videos" / "v.mp4")
    (tmp_path / "list.txt").write_text("v.mp4 0\nv.mp4 1\nv.mp4 2\nv.mp4 1\n")
    return f"video-list={tmp_path / 'list.txt'},{tmp_path / 'videos'}"


def test_mirrored_clips_exchange_left_and_right(video_source):
    clips = TrainingClips(recognition(video_source), tiny_recognizer(flip=1.0, swaps=((0, 1),)), 0)
    assert [clips[(0, index)][1] for index in range(4)] == [1, 0, 2, 0]
    clip, _ = clips[(3, 2)]
    assert clip.shape == (8, 3, 32, 32) and torch.equal(clip, clips[(3, 2)][0])


def test_another_video_stands_in_for_one_that_cannot_be_used(video_source, tmp_path):
    broken = spoilt_videos(tmp_path / "videos")
    (tmp_path / "list.txt").write_text("".join(f"{name} 0\n" for name in broken) + "v.mp4 1\nv.mp4 2\nv.mp4 1\n")
    clips = TrainingClips(recognition(video_source), tiny_recognizer(), 0)
    for index, name in enumerate(broken):
        with pytest.warns(UserWarning, match=f"cannot be used: .*{name}"):
            clip, label = clips[(0, index)]
        assert label in (1, 2) and clip.shape == (8, 3, 32, 32)
        with pytest.warns(UserWarning):
            assert torch.equal(clip, clips[(0, index)][0])


def test_clips_end_where_no_video_can_be_used(video_source, tmp_path):
    (tmp_path / "videos" / "v.mp4").write_text("not a video")
    clips = TrainingClips(recognition(video_source), tiny_recognizer(), 0)
    with pytest.warns(UserWarning), pytest.raises(ValueError, match="none of 100 videos drawn can be used; the last one: .*v.mp4"):
        clips[(0, 0)]


@pytest.mark.parametrize("at_once", [2, 4])
def test_recognizer_learns_by_its_recipe(video_source, tmp_path, at_once):
    run = RecipeRun("tiny", video_source, EpochTraining(tmp_path / "run", at_once=at_once, workers=0), threads=1)
    assert train_recognizer(run, tiny_recognizer(), recognition(video_source)) == 2
    stored = load_checkpoint(tmp_path / "run" / "last.pt")
    assert stored["step"] == 2 and stored["labels"] == ["class 0", "class 1", "class 2"]
    TANet(TANetConfig(**stored["config"])).load_state_dict(stored["model"])


def test_steps_that_do_not_divide_are_refused(video_source, tmp_path):
    run = RecipeRun("tiny", video_source, EpochTraining(tmp_path / "run", at_once=3, workers=0), threads=1)
    with pytest.raises(ValueError, match="does not divide into 1 processes with 3 at once; change --at-once"):
        train_recognizer(run, tiny_recognizer(), recognition(video_source))


def test_backbones_of_torchvision_are_a_start(tmp_path):
    resnet = torchvision.models.ResNet(torchvision.models.resnet.Bottleneck, (1, 1, 1, 1))
    for parameter in resnet.parameters():
        nn.init.normal_(parameter)
    torch.save(resnet.state_dict(), str(tmp_path / "resnet.pth"))
    recognizer = TANet(TANetConfig(3, blocks=(1, 1, 1, 1)))
    load_backbone(recognizer, tmp_path / "resnet.pth")
    assert torch.equal(recognizer.base_model.layer2[0].net.conv2.weight, resnet.layer2[0].conv2.weight)
    detector = TRA(replace(TRAConfig.r50_dc5(), blocks=(1, 1, 1, 1), head_width=32, channels=16))
    load_backbone(detector, tmp_path / "resnet.pth")
    assert torch.equal(detector.detector.backbone.layer4[0].downsample[0].weight, resnet.layer4[0].downsample[0].weight)
    with pytest.raises(ValueError, match="is no backbone for this network: it lacks layer1.1.conv1.weight"):
        load_backbone(TANet(TANetConfig(3, blocks=(2, 1, 1, 1))), tmp_path / "resnet.pth")
