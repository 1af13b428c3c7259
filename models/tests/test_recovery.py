"""Weights read back out of packages: the shipped ones, and how another network is refused."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from vigil_models.__main__ import main
from vigil_models.engine import further
from vigil_models.engine.recognizer import RecognizerTraining
from vigil_models.export.graphs import DetectGraph, FrameGraph, RecognizeGraph, SupportGraph
from vigil_models.export.recovery import recover, unfold_norms
from vigil_models.modeling.tam import TANet
from vigil_models.modeling.tra import TRA, TRAConfig

PACKAGES = Path(__file__).parents[1] / "packages"


def golden(package, graph):
    """Inputs and outputs of every case of a graph."""
    for case in json.loads((package / "golden" / "index.json").read_text())["cases"]:
        if case["graph"] == graph:
            yield tuple(
                {
                    name: torch.from_numpy(np.fromfile(package / "golden" / entry["file"], entry["type"]).reshape(entry["shape"]))
                    for name, entry in case[part].items()
                }
                for part in ("inputs", "outputs")
            )


def weights(graph):
    """Shape and bytes of every stored tensor that is more than a few constants."""
    stored = [numpy_helper.to_array(tensor) for tensor in onnx.load(str(graph)).graph.initializer]
    return sorted((tensor.shape, tensor.tobytes()) for tensor in stored if tensor.size > 8)


@torch.no_grad()
def assert_reproduces(package, name, graph):
    cases = list(golden(package, name))
    assert cases
    for inputs, wanted in cases:
        outputs = graph(*(inputs[key] for key in graph.spec.inputs))
        for key, value in zip(graph.spec.outputs, [outputs] if isinstance(outputs, torch.Tensor) else outputs):
            torch.testing.assert_close(value, wanted[key], atol=1e-3, rtol=1e-3)


def test_shipped_detector_computes_the_same_after_its_weights_are_read_back():
    model = TRA(TRAConfig.small())
    recover(model, PACKAGES / "tra-small")
    for name, graph in (("frame", FrameGraph), ("support", SupportGraph), ("detect", DetectGraph)):
        assert_reproduces(PACKAGES / "tra-small", name, graph(model))


def test_shipped_recognizer_computes_the_same_after_its_weights_are_read_back():
    model = TANet(RecognizerTraining().network)
    recover(model, PACKAGES / "tam-small")
    assert_reproduces(PACKAGES / "tam-small", "recognize", RecognizeGraph(model))


@pytest.mark.parametrize("name, graph", [("tra-small", "detect"), ("tam-small", "recognize")])
def test_package_exported_from_a_package_says_and_computes_the_same(name, graph, tmp_path, monkeypatch):
    arguments = ["export", "--from-package", str(PACKAGES / name), "--out", str(tmp_path / name), "--version", "9.0.0", "--explain"]
    monkeypatch.setattr("sys.argv", ["vigil_models", *arguments])
    assert main() == 0
    old, new = (json.loads((package / name / "manifest.json").read_text()) for package in (PACKAGES, tmp_path))
    assert new["version"] == "9.0.0"
    for said in ("name", "labels", "input", "temporal", "thresholds", "training"):
        assert new.get(said) == old.get(said)
    for file in old["graphs"].values():
        assert weights(tmp_path / name / file["file"]) == weights(PACKAGES / name / file["file"])
    for before, after in zip(golden(PACKAGES / name, graph), golden(tmp_path / name, graph)):
        for part_before, part_after in zip(before, after):
            for tensor in part_before:
                torch.testing.assert_close(part_after[tensor], part_before[tensor], atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(
    "network, package, message",
    [
        (TRA(replace(TRAConfig.small(), stem_width=16)), "tra-small", "is of another network: it lacks weights"),
        (TRA(replace(TRAConfig.small(), blocks=(1, 1, 1, 1))), "tra-small", "is of another network"),
        (TRA(replace(TRAConfig.small(), head_width=128)), "tra-small", "is of another network"),
        (TANet(RecognizerTraining().network), "tra-small", "is no package: it lacks recognize.onnx"),
    ],
)
def test_package_of_another_network_is_refused(network, package, message):
    with pytest.raises(ValueError, match=message):
        recover(network, PACKAGES / package)


@torch.no_grad()
def test_training_mode_begins_with_what_the_package_computes_once_norms_are_unfolded():
    torch.manual_seed(0)
    clips = torch.randn(32, 8, 3, 56, 80)
    model = TANet(replace(RecognizerTraining().network, dropout=0.0))
    recover(model, PACKAGES / "tam-small")
    wanted = model(clips)
    folded = (deepcopy(model).train()(clips) - wanted).abs().mean()
    unfold_norms(model, clips)
    torch.testing.assert_close(model.eval()(clips), wanted, atol=1e-4, rtol=1e-4)
    assert (model.train()(clips) - wanted).abs().mean() < 0.1 * folded


def test_causal_training_begins_with_the_weights_of_the_windowed_package(monkeypatch):
    monkeypatch.setattr(further, "TYPICAL", 2)
    training = further.continued(RecognizerTraining(network=replace(RecognizerTraining().network, temporal="causal")), PACKAGES / "tam-small")
    causal, windowed = TANet(training.network), TANet(RecognizerTraining().network)
    causal.load_state_dict(further.weights_of(PACKAGES / "tam-small", training))
    recover(windowed, PACKAGES / "tam-small")
    for name, value in windowed.named_parameters():
        if value.dim() > 1:
            assert torch.equal(causal.state_dict()[name], value)
    assert training.size(0.0) == (80, 56) and training.size(1.0) == (160, 112)
