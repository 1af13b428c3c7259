"""Variants of the networks, choices of support frames, and the results page from tiny runs."""

import json
from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import torch
from conftest import assert_close
from vigil_models.data import seeds
from vigil_models.data.detection import DetectionSequence, DetectionVideos
from vigil_models.engine.common import load_checkpoint, normalised
from vigil_models.engine.detector import Phase
from vigil_models.engine.head_training import HeadTraining
from vigil_models.engine.recognizer import RecognizerTraining
from vigil_models.export.package import PackageInfo, write_detector, write_recognizer
from vigil_models.modeling.tam import TANet, TANetConfig, TemporalShift
from vigil_models.modeling.tra import TRA, TRAConfig
from vigil_models.results import detector_measures, recognizer_measures, support_choices
from vigil_models.results.pictures import draw_strips
from vigil_models.results.plan import plan
from vigil_models.results.report import Report, percent
from vigil_models.results.runner import Runner
from vigil_models.results.settings import Settings
from vigil_models.world.stage import ACTIONS

DETECTOR = replace(
    TRAConfig.small(), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, channels=16, head_width=32, head_heads=2
)
RECOGNIZER = TANetConfig(len(ACTIONS), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, input_size=(48, 32))


@torch.no_grad()
def test_single_frame_detector_takes_nothing_from_supports():
    torch.manual_seed(0)
    images, size = torch.randn(3, 3, 96, 128), torch.tensor([96.0, 128.0])
    for changes, depends in (({"aggregation": False, "temporal_roi_align": False}, False), ({"temporal_roi_align": False}, True), ({}, True)):
        model = TRA(replace(DETECTOR, **changes)).eval()
        alone, supported = (model(images[:1], supports, size)[1].logits for supports in (images[1:1], images[1:]))
        assert torch.equal(alone, supported) != depends


@torch.no_grad()
@pytest.mark.parametrize("temporal, sees_order", [("none", False), ("shift", True), ("global", True), ("local", True), ("tam", True)])
def test_only_tsn_is_blind_to_the_order_of_frames(temporal, sees_order):
    torch.manual_seed(0)
    model = TANet(replace(RECOGNIZER, temporal=temporal)).eval()
    torch.nn.init.normal_(model.new_fc.weight)
    clip = torch.randn(1, 8, 3, 32, 48)
    difference = (model(clip) - model(clip.flip(1))).abs().max()
    assert (difference > 1e-3) == sees_order


def test_branches_alone_keep_their_names():
    keys = {temporal: set(TANet(replace(RECOGNIZER, temporal=temporal)).state_dict()) for temporal in ("tam", "global", "local", "none")}
    assert keys["global"] == {key for key in keys["tam"] if ".tam.L." not in key}
    assert keys["local"] == {key for key in keys["tam"] if ".tam.G." not in key}
    assert keys["none"] == {key for key in keys["tam"] if ".tam." not in key}


def test_shift_moves_an_eighth_of_the_channels_each_way():
    clip = torch.arange(3.0)[:, None].expand(3, 16).reshape(3, 16, 1, 1)  # every channel holds the frame's number
    shifted = TemporalShift(3)(clip)[:, :, 0, 0]
    assert_close(shifted[:, :2], np.array([[1, 1], [2, 2], [0, 0]]), 0)
    assert_close(shifted[:, 2:4], np.array([[0, 0], [0, 0], [1, 1]]), 0)
    assert_close(shifted[:, 4:], clip[:, 4:, 0, 0], 0)


def test_support_frames_are_chosen_within_the_budget():
    maps = [torch.full((1, 2, 3, 3), 1.0) for _ in range(29)]
    named = {name: choice(maps, 14) for name, choice in support_choices.choices().items()}
    assert named["slots 6"] == [8, 9, 10, 11, 12, 13] and named["slots 14"] == list(range(14))
    assert named["ahead 2"] == [10, 11, 12, 13, 15, 16]
    assert named["offline"] == [0, 6, 11, 17, 22, 28] and named["spread"] == [0, 3, 5, 8, 10, 13]
    assert all(14 not in numbers and numbers == sorted(numbers) for numbers in named.values())


def test_novelty_prefers_frames_unlike_those_chosen():
    angles = [0, 0, 90, 0, 0, 45, 0, 0]
    maps = [torch.tensor([np.cos(a), np.sin(a)]).float().view(1, 2, 1, 1) for a in np.radians(angles)]
    assert support_choices.novelty(3)(maps, 7) == [2, 5, 6]
    assert support_choices.novelty(3)(maps, 1) == [0] and support_choices.novelty(3)(maps, 0) == []


def test_videos_have_their_key_frame_in_the_middle():
    source = DetectionVideos(seeds.TEST, size=(96, 72), frames=3, interval_ms=200)
    video = source.sequence(1)
    assert video.images.shape == (3, 72, 96, 3) and video.times_ms.tolist() == [0, 200, 400]
    assert len(video.smear[1]) == len(video.boxes[1])
    with pytest.raises(ValueError, match="give an odd number"):
        DetectionVideos(seeds.TEST, frames=4)


def test_detectors_are_measured_on_every_subset(monkeypatch):
    picture = np.zeros((3, 96, 128, 3), np.uint8)
    boxes = np.array([[10, 10, 40, 60], [60, 20, 80, 40]], np.float32)
    video = DetectionSequence(
        picture, [boxes] * 3, [np.array([0, 0])] * 3, [np.zeros(2, bool)] * 3, np.arange(3), [np.array([1.0, 0.5])] * 3, [np.array([6.0, 0.0])] * 3
    )
    monkeypatch.setattr(
        detector_measures._Parts, "detect", lambda self, key, numbers: detector_measures.Detections(boxes[:1], np.ones(1), np.zeros(1, int))
    )
    wanted = {"slots 1": support_choices.slots(1), "offline": support_choices.offline(1)}
    result = detector_measures.measure(TRA(DETECTOR).eval(), [video], wanted)["offline"]
    assert result["blurred"] == pytest.approx(1) and result["occluded"] == result["small"] == 0
    assert result["all"] == pytest.approx(51 / 101) and result["ms"] >= 0
    assert [result[name] for name in ("gain", "gain error", "all error")] == pytest.approx([0, 0, 0])  # one video, drawn again and again


class Order(torch.nn.Module):
    """Knows sitting down from standing up by whether brightness rises."""

    def __init__(self, blind):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.blind = blind

    def forward(self, clips):
        rise = (clips[:, -1] - clips[:, 0]).mean((1, 2, 3)) * (0 if self.blind else 1)
        logits = torch.zeros(len(clips), len(ACTIONS))
        logits[:, ACTIONS.index("sitting down")], logits[:, ACTIONS.index("standing up")] = rise, -rise
        return logits


@pytest.mark.parametrize("blind, pairs", [(False, 1.0), (True, 0.5)])
def test_pairs_tell_whether_the_order_is_seen(blind, pairs):
    rising = np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1) * np.ones((4, 8, 8, 3), np.uint8) * 50
    labels = np.array([ACTIONS.index(a) for a in ("sitting down", "standing up", "falling")])
    clips = SimpleNamespace(images=np.stack((rising, rising[::-1], rising)), labels=labels)
    assert recognizer_measures.measure(Order(blind), clips)["pairs"] == pairs


class Listening(torch.nn.Module):
    """Logits are the mean red values of the first and the last frame that it was shown, and of the last one's left column."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, clip):
        seen = torch.stack((clip[:, 0, 0].mean((1, 2)), clip[:, -1, 0].mean((1, 2)), clip[:, -1, 0, :, 0].mean(1)), 1)
        return torch.nn.functional.pad(seen, (0, 6))


def test_clips_are_seen_after_what_a_camera_has_shown_before_them():
    clip = np.full((1, 2, 4, 6, 3), 100, np.uint8)
    clips = SimpleNamespace(images=clip, labels=np.array([ACTIONS.index("sitting down")]))
    around = recognizer_measures.Surroundings(np.full_like(clip, 10), np.full_like(clip, 200))
    seen = recognizer_measures.recognitions(Listening(), clips, around=around)
    grey = [normalised(torch.full((1, 1, 1, 3), level, dtype=torch.uint8))[0, 0, 0, 0].item() for level in (10, 100, 200)]
    assert seen.forwards[0, :2] == pytest.approx([grey[0], grey[1]], abs=1e-5)
    assert seen.backwards[0, :2] == pytest.approx([grey[2], grey[1]], abs=1e-5)


def test_mirrored_view_is_averaged_with_the_clip():
    clip = np.zeros((1, 2, 4, 6, 3), np.uint8)
    clip[..., 0, :], clip[..., -1, :] = 50, 150
    clips = SimpleNamespace(images=clip, labels=np.array([ACTIONS.index("standing")]))
    alone, both = (recognizer_measures.recognitions(Listening(), clips, mirrored=mirrored) for mirrored in (False, True))
    left, middle = (normalised(torch.full((1, 1, 1, 3), level, dtype=torch.uint8))[0, 0, 0, 0].item() for level in (50, 100))
    assert alone.forwards[0, 2] == pytest.approx(left, abs=1e-5) and both.forwards[0, 2] == pytest.approx(middle, abs=1e-5)
    assert len(both.backwards) == 0 and np.isnan(both.pairs())


@pytest.fixture(scope="module")
def tiny():
    phases = (Phase("temporal", 1.0, (64, 48), (0.2, 0.2), 1, 3, 8, True),)
    recognizer = RecognizerTraining(batch=4, pool=8, workers=0, sizes=((1.0, 48, 32),))
    settings = Settings(None, 1, (0, 1), videos=1, clips=4, sequences=2, threads=1, workers=0, phases=phases, recognizer=recognizer)
    return plan(DETECTOR, RECOGNIZER), settings


def without_times(record):
    measures = {choice: {name: value for name, value in of.items() if name != "ms" and value == value} for choice, of in record["measures"].items()}
    return {**record, "measures": measures}


def write_still(path):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    picture = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    for _ in range(90):
        writer.write(picture)
    writer.release()


@pytest.mark.slow
def test_results_are_produced_once_and_gathered_on_a_page(tiny, tmp_path):
    everything, settings = tiny
    said = []
    runner = Runner(everything.named(["tra", "tsn"]), settings, tmp_path / "runs", tmp_path / "cache", said.append)
    first = replace(settings, seeds=(0,))
    Runner(runner.plan, first, runner.runs, runner.cache, said.append).run()
    assert [variant.name for variant, _ in runner.pending()] == ["tra", "tsn"]
    runner.run()
    assert not runner.pending() and said[-1] == "all runs are there"
    assert any("left" in line for line in said)

    record = json.loads((tmp_path / "runs" / "tra-seed1.json").read_text())
    assert record["step"] == 1 and set(record["measures"]) == {*support_choices.choices(), "disturbed"}
    assert record["command"].startswith("python3 -m vigil_models results --only tra --seeds 1 --steps-per-run 1")
    assert set(json.loads((tmp_path / "runs" / "tsn-seed0.json").read_text())["measures"]) == {"top-1", "pairs"}

    page = Report(everything, settings, Runner(everything, settings, runner.runs, runner.cache).records()).text()
    assert "**76 of 80 runs are missing.**" in page and "| SELSA | – | – | – | – |" in page
    assert "| TSN (no temporal module) | " in page and " 50.0 ± 0.0 | – | – |" in page
    assert "at most 1 steps per run unless said otherwise" in page

    write_still(tmp_path / "v.avi")
    strips = draw_strips(Runner(everything, settings, runner.runs, runner.cache), tmp_path / "v.avi", tmp_path / "RESULTS.md")
    assert sorted(path.name for path in strips.values()) == [f"RESULTS-tra-{i}.jpg" for i in (1, 2, 3)]
    assert all(path.exists() for path in strips.values())
    assert "(RESULTS-tra-1.jpg)" in Report(everything, settings, [], {"why": "RESULTS-tra-1.jpg"}).text()

    with pytest.raises(ValueError, match="choose another --runs folder"):
        Runner(everything, replace(settings, videos=2), runner.runs, runner.cache).pending()


@pytest.mark.slow
def test_runs_that_begin_with_packages_share_what_they_do_not_compare(tiny, tmp_path):
    everything, settings = tiny
    torch.manual_seed(0)
    trunk, start = TRA(DETECTOR).eval(), TANet(RECOGNIZER).eval()
    info = PackageInfo("tiny", "1.2.3", DETECTOR.labels, 1000, "fit")
    write_detector(trunk, info, tmp_path / "packages" / "tra-small")
    write_recognizer(start, replace(info, labels=ACTIONS), tmp_path / "packages" / "tam-small")
    settings = replace(settings, seeds=(0,), packages=tmp_path / "packages", head=HeadTraining(sequences=2, samples=8))
    runner = Runner(everything.named(["selsa", "tra", "tra-rounded", "selsa-disturbed", "tra-full", "tra-full-64", "tra-full-long", "tsn", "tam", "tam-long"]), settings, tmp_path / "runs", tmp_path / "cache", lambda text: None)
    runner.run()

    states = {name: load_checkpoint(tmp_path / "runs" / f"{name}-seed0" / "last.pt")["model"] for name in ("selsa", "tra")}
    for key in (key for key in states["tra"] if ".roi_head." not in key and key.endswith("conv.weight")):
        assert_close(states["selsa"][key], trunk.state_dict()[key], 1e-6)
        assert torch.equal(states["selsa"][key], states["tra"][key])
    head = "detector.roi_head.bbox_head.fc_cls.weight"
    assert not torch.equal(states["tra"][head], trunk.state_dict()[head])
    record = json.loads((tmp_path / "runs" / "tra-seed0.json").read_text())
    assert "--packages packages" in record["command"] and record["settings"]["package"] == "tra-small 1.2.3"

    disturbed = json.loads((tmp_path / "runs" / "selsa-disturbed-seed0.json").read_text())
    assert set(disturbed["measures"]) == {"slots 6", "disturbed"}
    folders = {path.name for path in (tmp_path / "cache").iterdir()}
    assert {"head-sequences", "head-sequences-disturbed", "test-videos", "test-videos-disturbed"} <= folders

    stored = tmp_path / "runs" / "tra-seed0.json"
    before = json.loads(stored.read_text())
    stored.write_text(json.dumps({**before, "measures": {name: value for name, value in before["measures"].items() if name != "disturbed"}}))
    runner.run()
    again = json.loads(stored.read_text())
    assert without_times(again) == without_times(before)  # measured afterwards, on the weights that were kept

    assert (tmp_path / "runs" / "tra-full-seed0.json").exists() and not (tmp_path / "runs" / "tra-full-seed0").exists()
    full = next(variant for variant in everything.variants if variant.name == "tra-full")
    assert full.network.search_pooling == 1 and runner.checkpoint(full, 0) == tmp_path / "runs" / "tra-seed0" / "last.pt"
    more = next(variant for variant in everything.variants if variant.name == "tra-full-64")
    assert more.network == replace(full.network, proposals=64, candidates=1000) and runner.checkpoint(more, 0) == runner.checkpoint(full, 0)

    rounded = next(variant for variant in everything.variants if variant.name == "tra-rounded")
    assert rounded.network == replace(DETECTOR, rounded_search=True) and runner.checkpoint(rounded, 0) == runner.checkpoint(full, 0)

    longer = json.loads((tmp_path / "runs" / "tra-full-long-seed0.json").read_text())
    assert longer["step"] == 3 * record["step"] and "--only tra-full-long --seeds 0 --steps-per-run 1 " in longer["command"]
    assert (tmp_path / "runs" / "tra-long-seed0" / "last.pt").exists()
    assert {path.name for path in (tmp_path / "cache" / "recognizer").iterdir()} == {"4-8x48x32", "12-8x48x32"}  # as many times as many clips

    page = Report(everything, settings, runner.records()).text()
    row = next(line for line in page.splitlines() if line.startswith("| undisturbed | 24 | SELSA + TRA, searching full maps |"))
    assert row.count("(one seed)") == row.count("±") > 0
    row = next(line for line in page.splitlines() if line.startswith("| disturbed | disturbed | SELSA |"))
    assert row.count("(one seed)") == row.count("±") > 0
    row = next(line for line in page.splitlines() if line.startswith("| disturbed | SELSA + TRA, searching full maps |"))
    assert row.count("(one seed)") == row.count("±") > 0
    assert "| undisturbed | 7 bits | " in page and "| disturbed | 7 bits | – |" not in page
    assert "have the backbone, neck and proposal head of `tra-small 1.2.3`, which stay as they are" in page and "from scratch on the" not in page
    with pytest.raises(ValueError, match="give --packages the folder that holds tra-small"):
        Runner(everything, replace(settings, packages=tmp_path), runner.runs, runner.cache).pending()
    with pytest.raises(ValueError, match="give --steps-per-run"):
        replace(settings, steps=None, minutes=1.0)


def test_interrupted_run_goes_on_from_its_checkpoint(tiny, tmp_path):
    everything, settings = tiny
    settings = replace(settings, seeds=(0,))
    runner = Runner(everything.named(["tsn"]), settings, tmp_path / "runs", tmp_path / "cache", lambda text: None)
    runner.run()
    (tmp_path / "runs" / "tsn-seed0.json").unlink()
    runner = Runner(runner.plan, replace(settings, steps=2), tmp_path / "runs", tmp_path / "cache", lambda text: None)
    runner.run()
    assert json.loads((tmp_path / "runs" / "tsn-seed0.json").read_text())["step"] == 2


def test_cells_show_mean_and_spread_over_seeds():
    assert percent([0.1, 0.2, 0.3]) == "20.0 ± 10.0"
    assert percent([0.5]) == "50.0 (one seed)" and percent([float("nan")]) == percent([]) == "–"
    assert percent([0.015], [0.004], signed=True) == "+1.5 ± 0.4 (one seed)"


def test_unknown_variant_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="there are no variants yolo; choose from single-frame, selsa, tra"):
        plan().named(["yolo"])
