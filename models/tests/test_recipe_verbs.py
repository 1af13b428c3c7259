"""The training verbs with a published recipe, as a user calls them."""

from pathlib import Path

import pytest
import torch
from test_published_recipes import TINY_RECIPE, tiny_recognizer, video_source, write_epic_kitchens  # noqa: F401
from test_stored_data_sets import ilsvrc, write_mmtracking  # noqa: F401
from vigil_models.__main__ import parser
from vigil_models.cli import train_detector as detector_verb
from vigil_models.cli import train_recognizer as recognizer_verb
from vigil_models.data.epic_kitchens import epic_kitchens
from vigil_models.engine import further, recipes
from vigil_models.engine.common import load_checkpoint
from vigil_models.engine.recipes import detector_recipes, recognizer_recipes
from vigil_models.engine.video_detection import evaluate_videos
from vigil_models.export import checkpoint
from vigil_models.modeling.tra import TRA
from vigil_models.modeling.tra.config import IMAGENET_VID_LABELS

PACKAGES = Path(__file__).parents[1] / "packages"


def tiny_backbone(folder):
    torch.save(TRA(TINY_RECIPE.network).detector.backbone.state_dict(), folder / "resnet.pth")
    return folder / "resnet.pth"


def vigil(*arguments):
    args = parser().parse_args([str(argument) for argument in arguments])
    return args.run(args)


def test_verbs_offer_all_recipes():
    assert set(detector_verb.RECIPES) == set(detector_recipes())
    assert set(recognizer_verb.RECIPES) == set(recognizer_recipes())


def test_detector_learns_the_classes_of_its_data_set(tmp_path, monkeypatch):
    source = write_epic_kitchens(tmp_path)
    monkeypatch.setattr(recipes, "detector_recipes", lambda: {"tra-r50-imagenet-vid": TINY_RECIPE})
    verb = ("train-detector", "--recipe", "tra-r50-imagenet-vid", "--runs", tmp_path, "--workers", 0, "--threads", 1)
    assert not vigil(*verb, "--data", source, "--steps", 1, "--backbone", tiny_backbone(tmp_path))
    assert not vigil(*verb, "--data", source, "--resume")
    model, content = checkpoint.load(tmp_path / "detector" / "last.pt")
    assert model.config.labels == ("knife", "bag") and content["labels"] == ["knife", "bag"] and content["step"] == 2
    assert model.detector.roi_head.bbox_head.fc_cls.out_features == 3
    metrics = evaluate_videos(model, epic_kitchens(tmp_path / "labels.json", tmp_path))
    assert metrics["objects"] == 3 and "AP@50 bag" in metrics


def test_verb_trains_a_recognizer_by_a_published_recipe(video_source, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(recipes, "recognizer_recipes", lambda *wanted: asked.append(wanted) or {"tam-something-v1": tiny_recognizer()})
    assert not vigil(
        "train-recognizer", "--recipe", "tam-something-v1", "--data", video_source, "--runs", tmp_path, "--segments", 16, "--depth", 101,
        "--at-once", 1, "--epochs", 3, "--workers", 0, "--threads", 1,
    )  # fmt: skip
    stored = load_checkpoint(tmp_path / "recognizer" / "last.pt")
    assert asked == [(16, 101)] and stored["recipe"] == "tam-something-v1" and stored["step"] == 3


def test_verb_trains_a_detector_by_a_published_recipe(ilsvrc, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(recipes, "detector_recipes", lambda: {"tra-r50-imagenet-vid": TINY_RECIPE})
    backbone = tiny_backbone(tmp_path)
    arguments = (
        "train-detector", "--recipe", "tra-r50-imagenet-vid", "--data", f"imagenet-vid={ilsvrc}", "--runs", tmp_path, "--steps", 1,
        "--workers", 0, "--threads", 1,
    )  # fmt: skip
    assert not vigil(*arguments, "--backbone", backbone)
    stored = load_checkpoint(tmp_path / "detector" / "last.pt")
    assert stored["config"]["channels"] == 16
    assert torch.equal(stored["model"]["detector.backbone.conv1.weight"], torch.load(backbone)["conv1.weight"])
    with pytest.raises(ValueError, match="give --backbone"):
        vigil(*arguments, "--name", "random")


def test_verb_trains_a_detector_on_joined_sets(tmp_path, monkeypatch):
    monkeypatch.setattr(recipes, "detector_recipes", lambda: {"tra-r50-imagenet-vid": TINY_RECIPE})
    sources = write_mmtracking(tmp_path)
    assert not vigil(
        "train-detector", "--recipe", "tra-r50-imagenet-vid", "--data", sources[0], "--data", sources[1], "--runs", tmp_path, "--steps", 1,
        "--workers", 0, "--threads", 1, "--backbone", tiny_backbone(tmp_path),
    )  # fmt: skip
    stored = load_checkpoint(tmp_path / "detector" / "last.pt")
    assert stored["data"] == " + ".join(sources) and stored["labels"] == IMAGENET_VID_LABELS


def test_recipes_and_data_sets_belong_together(tmp_path):
    with pytest.raises(ValueError, match="--recipe tra-r50-imagenet-vid needs --data"):
        vigil("train-detector", "--recipe", "tra-r50-imagenet-vid", "--runs", tmp_path)
    with pytest.raises(ValueError, match="--data belongs to a published recipe"):
        vigil("train-detector", "--data", "imagenet-vid=x", "--runs", tmp_path)
    with pytest.raises(ValueError, match="--mixed-precision belongs to a published recipe"):
        vigil("train-detector", "--mixed-precision", "--runs", tmp_path)


def test_trainings_share_clips_that_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(further, "TYPICAL", 2)
    verb = ("train-recognizer", "--causal", "--from-package", PACKAGES / "tam-small", "--kept-clips", 4, "--cache", tmp_path / "kept",
            "--batch", 2, "--validation-clips", 2, "--workers", 0, "--threads", 1, "--runs", tmp_path)  # fmt: skip
    assert not vigil(*verb, "--steps", 1, "--name", "first")
    rendered = {file: file.stat().st_mtime_ns for file in (tmp_path / "kept" / "4-8x160x112").iterdir()}
    assert not vigil(*verb, "--steps", 1, "--name", "second")
    assert rendered == {file: file.stat().st_mtime_ns for file in (tmp_path / "kept" / "4-8x160x112").iterdir()} != {}
    stored = load_checkpoint(tmp_path / "second" / "last.pt")
    assert stored["data"].startswith("synthetic world, 4 clips of seeds 0 to 4, from the weights of tam-small")
    with pytest.raises(ValueError, match="leave out --seen-clips"):
        vigil(*verb, "--seen-clips", 9)
    with pytest.raises(ValueError, match="keep at least one clip"):
        vigil(*verb, "--kept-clips", 0)
