"""Packages whose convolutions compute with 8-bit integers."""

import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch
from vigil_models.__main__ import parser
from vigil_models.data import seeds
from vigil_models.data.actions import ActionClips
from vigil_models.data.detection import DetectionSequences
from vigil_models.export import calibration
from vigil_models.export.graphs import FrameGraph, RecognizeGraph
from vigil_models.export.quantization import quantize, rounds
from vigil_models.export.recovery import small_network

PACKAGES = Path(__file__).parents[1] / "packages"


def verb(*arguments):
    args = parser().parse_args([str(argument) for argument in arguments])
    return args.run(args)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    for name in ("tra-small", "tam-small"):
        verb("quantize", "--package", PACKAGES / name, "--samples", "4", "--out", folder / f"{name}-int8")
    return folder


@torch.no_grad()
def test_rounded_detector_sees_nearly_the_same_features():
    picture = torch.from_numpy(DetectionSequences(seeds.VALIDATION, (384, 288), frames=1).sequence(0).images)
    model = small_network(PACKAGES / "tra-small")
    graph, size = FrameGraph(model), torch.tensor([288.0, 384.0])
    exact, _ = graph(picture, size)
    quantize(model, calibration.on_the_world(4))
    rounded, _ = graph(picture, size)
    assert rounds(graph)
    assert 0 < (rounded - exact).abs().mean() < 0.1 * exact.abs().mean()


@torch.no_grad()
def test_rounded_recognizer_gives_nearly_the_same_logits():
    clip = torch.from_numpy(ActionClips(seeds.VALIDATION).clip(0)[0])[None]
    model = small_network(PACKAGES / "tam-small")
    graph = RecognizeGraph(model)
    exact = graph(clip)
    quantize(model, calibration.on_the_world(4))
    assert 0 < (graph(clip) - exact).abs().max() < 0.2 * exact.abs().max()


@pytest.mark.parametrize("file, convolutions", [("tra-small-int8/frame.onnx", 20), ("tam-small-int8/recognize.onnx", 20)])
def test_convolutions_read_integers_and_their_weights_are_stored_as_such(packages, file, convolutions):
    graph = onnx.load(str(packages / file)).graph
    stored = {value.name: value for value in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    integer = []
    for node in graph.node:
        sources = [made_by.get(name) for name in node.input[:2]]
        if node.op_type == "Conv" and all(source is not None and source.op_type == "DequantizeLinear" for source in sources):
            integer.append(stored[sources[1].input[0]].data_type)
    assert integer == [onnx.TensorProto.INT8] * convolutions


def test_package_says_that_it_is_rounded_and_keeps_the_rest(packages):
    exact = json.loads((PACKAGES / "tra-small" / "manifest.json").read_text())
    rounded = json.loads((packages / "tra-small-int8" / "manifest.json").read_text())
    assert rounded["name"] == "tra-small-int8"
    assert rounded["training"]["quantization"] == "int8, ranges from 4 samples of the synthetic world"
    for key in ("version", "labels", "input", "temporal", "thresholds"):
        assert rounded[key] == exact[key]
    assert set(rounded["graphs"]) == set(exact["graphs"])


def test_rounded_detector_searches_rounded_features(packages):
    operators = [node.op_type for node in onnx.load(str(packages / "tra-small-int8" / "detect.onnx")).graph.node]
    assert "MatMulInteger" in operators


def test_ranges_can_be_taken_from_a_video(packages, tmp_path):
    footage = tmp_path / "frames"
    footage.mkdir()
    for number in range(3):
        cv2.imwrite(str(footage / f"{number}.png"), np.full((120, 160, 3), 80 * number, np.uint8))
    verb("quantize", "--package", PACKAGES / "tra-small", "--calibrate", footage, "--samples", "3", "--version", "7.0.0", "--out", tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["training"]["quantization"] == "int8, ranges from 3 samples of frames"
    assert manifest["version"] == "7.0.0"
    assert (tmp_path / "out" / "frame.onnx").read_bytes() != (packages / "tra-small-int8" / "frame.onnx").read_bytes()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--package", "nowhere"), "nowhere is no package: it lacks manifest.json"),
        (("--package", PACKAGES / "tra-small", "--samples", "0"), "--samples is 0"),
        (("--package", PACKAGES / "tra-small", "--calibrate", "no.mp4"), "no.mp4 cannot be read as a video"),
    ],
)
def test_refuses_what_it_cannot_round(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        verb("quantize", *arguments, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_rounded_package_is_no_source_of_weights(packages):
    with pytest.raises(ValueError, match="are rounded \\(int8, "):
        small_network(packages / "tra-small-int8")
