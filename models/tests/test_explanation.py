"""What explanations say is what the networks did, and strips are drawn from it."""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import onnx
import pytest
import torch
from conftest import assert_close
from vigil_models.__main__ import parser
from vigil_models.explanation.action import explain_action
from vigil_models.explanation.detection import explain_detection
from vigil_models.explanation.fitting import fit
from vigil_models.explanation.model import from_network, from_package
from vigil_models.explanation.strip import action_strip, detection_strip
from vigil_models.data.video_file import frames_at, length_ms
from vigil_models.export import random_weights
from vigil_models.export.graphs import ExplainDetectionGraph
from vigil_models.export.package import PackageInfo, write_detector, write_recognizer
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.modeling.tra import TRA, TRAConfig
from vigil_models.modeling.tra.temporal_roi_align import TemporalRoIAlign

TINY = replace(
    TRAConfig.small(), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, channels=16, head_width=32, head_heads=2,
    input_size=(128, 96), supports=2,
)  # fmt: skip
TINY_ACTIONS = TANetConfig(3, blocks=(1, 2, 1, 1), widths=(8, 8, 8, 8), stem_width=8, input_size=(48, 32))


@torch.no_grad()
def test_roi_features_follow_from_their_explanation():
    torch.manual_seed(0)
    module = TemporalRoIAlign(replace(TRAConfig.r50_dc5(), channels=16, roi_size=3)).eval()
    roi_features, maps = torch.randn(2, 16, 3, 3).relu(), torch.randn(4, 16, 5, 6).relu()
    pixels, inverse_norms = module.support(maps)
    found = module.explain(roi_features, pixels, inverse_norms)
    assert found.index.shape == found.similarity.shape == (4, 2, 3, 3, 2)
    picked = torch.stack([pixels[t][found.index[t]] for t in range(4)])  # [T, N, S, S, K, C]
    similar = (found.similarity.softmax(-1)[..., None] * picked).sum(4).permute(0, 1, 4, 2, 3)
    frames = torch.cat((roi_features[None], similar)).view(5, 2, 4, 4, 3, 3)
    enriched = (found.attention.unsqueeze(3) * frames).sum(0).flatten(1, 2)
    assert_close(module(roi_features, pixels, inverse_norms), enriched, 1e-5)


@torch.no_grad()
def test_filters_of_blocks_are_those_of_the_released_implementation(shared):
    model = TANet(TANetConfig.r50())
    model.load_state_dict(shared.seeded_state("tam", shared.json("specs/tam-r50-keys-official.json")))
    case = shared.vectors("tam/tanet_r50_8f_112.npz")
    clip = torch.from_numpy(shared.module("tam/make_weights").make_clip("clip112", 1, 8, 112, 112))
    logits, filters = model.eval().explain(clip)
    assert len(filters) == 16
    assert_close(logits, case["logits"], 1e-4)
    for block in ("layer1.0", "layer2.0", "layer4.2"):
        assert_close(filters[block].kernel, case[f"{block}/kernel"], 5e-5)
        assert_close(filters[block].importance, case[f"{block}/importance"], 5e-5)
    assert not any(module._forward_pre_hooks for module in model.modules())


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    torch.manual_seed(0)
    detector = TRA(TINY).eval()
    with torch.no_grad():
        for layer in (detector.detector.rpn_head.rpn_cls, detector.detector.rpn_head.rpn_conv, detector.detector.roi_head.bbox_head.fc_cls):
            layer.weight.normal_(std=0.2)
    info = PackageInfo("tiny", "1", TINY.labels, 1000, "fit")
    write_detector(detector, info, folder / "plain")
    write_detector(detector, info, folder / "explained", explain=True)
    write_recognizer(TANet(TINY_ACTIONS).eval(), PackageInfo("tiny", "1", "abc", 250, "stretch"), folder / "actions", explain=True)
    return folder


def graphs(folder):
    return json.loads((folder / "manifest.json").read_text())["graphs"]


def test_graph_that_says_why_leaves_the_others_as_they_are(packages):
    plain, explained = graphs(packages / "plain"), graphs(packages / "explained")
    assert "explain" not in plain
    explain = explained.pop("explain")
    assert explained == plain  # signatures and digests
    taken = {**explained["detect"]["inputs"]}
    assert {name: spec["shape"][1:] for name, spec in explain["inputs"].items()} == {
        name: taken[name]["shape"][1:] for name in explain["inputs"]
    }
    assert explain["outputs"]["similar_index"] == {"type": "int64", "shape": ["T", "N", 7, 7, 2]}
    assert explain["outputs"]["attention"]["shape"] == ["F", "N", 4, 7, 7]


def test_explained_clip_has_a_kernel_and_an_importance_for_every_block(packages):
    outputs = graphs(packages / "actions")["explain"]["outputs"]
    assert outputs["logits"] == graphs(packages / "actions")["recognize"]["outputs"]["logits"]
    assert outputs["kernel_layer2_1"]["shape"] == [1, 8, 3]
    assert outputs["importance_layer2_1"]["shape"] == [1, 8, 8]
    assert len(outputs) == 1 + 2 * 5


def test_golden_explanations_are_recorded(packages):
    for folder, cases in (("explained", 5), ("actions", 2)):
        recorded = json.loads((packages / folder / "golden" / "index.json").read_text())["cases"]
        assert [case["graph"] for case in recorded].count("explain") == 1 and len(recorded) == cases


def test_package_without_the_graph_is_refused(packages):
    with pytest.raises(ValueError, match="has no graph explain: write it with `export --explain`"):
        from_package(packages / "plain")


def test_package_is_run_by_onnx_runtime(packages, pictures):
    pytest.importorskip("onnxruntime", reason="no onnxruntime module")
    found = explain_action(from_package(packages / "actions"), pictures[:1] * 8)
    assert len(found.kernels) == 5


def test_package_is_asked_by_the_names_of_its_tensors(packages, pictures, monkeypatch):
    """What a runtime is given and gives, whatever its order: a stand-in answers as PyTorch does."""
    torch.manual_seed(0)
    answers = from_network(TANet(TINY_ACTIONS).eval(), "abc").run

    class Session:
        def __init__(self, path, providers):
            self.name = Path(path).stem
            self.graph = onnx.load(path).graph

        get_inputs, get_outputs = lambda self: self.graph.input, lambda self: self.graph.output

        def run(self, names, inputs):
            outputs = answers(self.name, inputs)
            return [outputs[value.name] for value in self.graph.output]

    monkeypatch.setitem(sys.modules, "onnxruntime", SimpleNamespace(InferenceSession=Session))
    model = from_package(packages / "actions")
    assert (model.task, model.size, model.resize, model.frames, model.interval_ms) == ("recognition", (48, 32), "stretch", 8, 250)
    found = explain_action(model, pictures[:8])
    assert list(found.kernels) == ["layer1_0", "layer2_0", "layer2_1", "layer3_0", "layer4_0"]


def test_networks_with_nothing_to_explain_are_refused():
    with pytest.raises(ValueError, match="nothing to explain"):
        ExplainDetectionGraph(TRA(replace(TINY, temporal_roi_align=False)))


@pytest.fixture(scope="module")
def pictures():
    random = np.random.default_rng(0)
    scene = np.kron(random.integers(0, 256, (12, 16, 3)), np.ones((16, 16, 1))).astype(np.uint8)
    return [np.roll(scene, 3 * t, 1) for t in range(12)]


def test_most_similar_points_in_a_still_scene_lie_at_their_own_bins(pictures):
    model = from_network(random_weights.detector(TRAConfig.small()), TRAConfig.small().labels)
    found = explain_detection(model, [pictures[0]] * 3, rank=1)
    x1, y1, x2, y2 = found.roi
    steps = (np.arange(7) + 0.5) / 7
    x, y = np.meshgrid(x1 + steps * (x2 - x1), y1 + steps * (y2 - y1))
    distance = np.hypot(found.points[..., 0, 0] - x, found.points[..., 0, 1] - y)
    assert np.median(distance) < 16  # one pixel of the searched map
    assert (np.diff(found.similarity, axis=-1) <= 0).all() and found.similarity.max() <= 1 + 1e-5
    assert found.attention.shape == (4,) and found.attention.sum() == pytest.approx(1, abs=1e-5)


def test_strips_show_every_frame(pictures):
    detector = from_network(random_weights.detector(TRAConfig.small()), TRAConfig.small().labels)
    strip = detection_strip(explain_detection(detector, pictures[:4]), [-3000, -2000, -1000, 0])
    assert strip.dtype == np.uint8 and strip.shape == (2 * (240 + 40 + 8), 4 * 328, 3)
    recognizer = from_network(TANet(TINY_ACTIONS).eval(), "abc")
    action = explain_action(recognizer, pictures[:8])
    assert all(np.allclose(kernel.sum(1), 1, atol=1e-5) for kernel in action.kernels.values())
    assert action_strip(action).shape[1] == 8 * (120 + 8)


def test_detection_that_is_not_there_is_refused(pictures):
    model = from_network(random_weights.detector(TRAConfig.small()), TRAConfig.small().labels)
    with pytest.raises(ValueError, match="detection 1000 was asked for, the key frame has"):
        explain_detection(model, pictures[:1], rank=1000)


@pytest.mark.parametrize(
    "resize, expected, valid",
    [("fit", (80, 128), (72, 128)), ("stretch", (96, 128), (96, 128)), ("crop", (96, 128), (96, 128))],
)
def test_pictures_are_fitted_as_the_package_says(resize, expected, valid):
    picture = np.full((90, 160, 3), 7, np.uint8)
    fitted = fit(picture, (128, 96), resize, 16)
    assert fitted.picture.shape == (*expected, 3) and fitted.size == valid
    assert (fitted.picture[: valid[0], : valid[1]] == 7).all()
    assert (fitted.picture[valid[0] :] == (124, 116, 104)).all()


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    """Five seconds at 10 frames per second; the brightness tells the frame."""
    path = tmp_path_factory.mktemp("video") / "steps.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    for number in range(50):
        writer.write(np.full((48, 64, 3), 5 * number, np.uint8))
    writer.release()
    return path


def test_frames_are_those_shown_at_their_time(video):
    assert length_ms(video) == pytest.approx(4900)
    found = [round(frame.mean() / 5) for frame in frames_at(video, [0, 99, 100, 1730, 4900])]
    assert found == [0, 0, 1, 17, 49]
    with pytest.raises(ValueError, match="ends after 50 frames"):
        frames_at(video, [5000])


def vigil(*arguments):
    args = parser().parse_args([str(argument) for argument in arguments])
    return args.run(args)


@pytest.mark.parametrize("network, labels", [(TRA(TINY), TINY.labels), (TANet(TINY_ACTIONS), ("a", "b", "c"))])
def test_verb_writes_a_strip_from_a_checkpoint(network, labels, video, tmp_path, capsys):
    content = {"model": network.state_dict(), "config": asdict(network.config), "labels": list(labels)}
    torch.save(content, str(tmp_path / "last.pt"))
    out = tmp_path / "strip.png"
    assert not vigil("explain", "--checkpoint", tmp_path / "last.pt", "--video", video, "--at", 2.5, "--out", out)
    assert "at 2.50 s" in capsys.readouterr().out
    assert cv2.imread(str(out)).shape[1] > 900


def test_clip_that_starts_before_the_video_is_refused(video, tmp_path):
    network = TANet(TINY_ACTIONS)
    content = {"model": network.state_dict(), "config": asdict(network.config), "labels": ["a", "b", "c"]}
    torch.save(content, str(tmp_path / "last.pt"))
    with pytest.raises(ValueError, match="starts before the video; set --at"):
        vigil("explain", "--checkpoint", tmp_path / "last.pt", "--video", video, "--at", 0.5, "--out", tmp_path / "strip.png")
