"""Evaluation verbs on miniature copies of stored data sets."""

import json
from dataclasses import asdict, replace

import cv2
import numpy as np
import pytest
import torch
from test_stored_data_sets import ilsvrc, write_records  # noqa: F401
from test_stored_videos import spoilt_videos, write_video
from vigil_models.__main__ import parser
from vigil_models.data.annotated_video import Video
from vigil_models.data.imagenet_vid import ImageNetVid
from vigil_models.data.sources import recognition
from vigil_models.engine import video_detection
from vigil_models.engine.view_evaluation import ViewProtocol, evaluate_views, video_logits
from vigil_models.evaluation.detection import Detections
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.modeling.tra import TRA, TRAConfig
from vigil_models.modeling.tra.config import IMAGENET_VID_LABELS
from vigil_models.modeling.tra.postprocess import select
from vigil_models.modeling.tra.preprocess import prepare

TINY = replace(
    TRAConfig.small(), labels=tuple(IMAGENET_VID_LABELS), blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8, channels=16,
    head_width=32, head_heads=2, input_size=(96, 72), supports=2,
)  # fmt: skip


def vigil(*arguments):
    args = parser().parse_args([str(argument) for argument in arguments])
    return args.run(args)


def save(network, path, labels):
    content = {"model": network.state_dict(), "config": asdict(network.config), "labels": list(labels), "step": 3}
    torch.save(content, str(path))


@torch.no_grad()
def test_videos_are_detected_on_by_the_released_protocol(ilsvrc):  # noqa: F811
    """Spread supports and the key frame itself, boxes in pixels of the file: as one whole pass gives them."""
    torch.manual_seed(0)
    model = TRA(TINY).eval()
    video = ImageNetVid(ilsvrc).key_frames("VID_train_15frames").frames[0].video
    (found,) = video_detection.detect_video(model, video, [3])
    inputs = [prepare(cv2.imread(str(video.path(number))), TINY.input_size) for number in (0, 5, 3)]
    size = torch.tensor(inputs[-1].image_size, dtype=torch.float32)
    proposals, head = model(inputs[-1].image, torch.cat([i.image for i in inputs[:2]]), size)
    expected = select(model.boxes(proposals[:, :4], head.deltas, size), head.logits.softmax(-1), (1.5, 1.5))
    np.testing.assert_allclose(found.boxes, expected.boxes, atol=1e-4)
    np.testing.assert_allclose(found.scores, expected.scores, atol=1e-6)


def test_perfect_detections_reach_every_measure(ilsvrc, monkeypatch):  # noqa: F811
    data = ImageNetVid(ilsvrc).validation()
    frames = {frame.number: frame.objects for frame in data.frames}

    def oracle(model, video: Video, numbers):
        for number in numbers:
            objects = frames[number]
            yield Detections(objects.boxes, np.ones(len(objects.labels)), objects.labels)

    monkeypatch.setattr(video_detection, "detect_video", oracle)
    metrics = video_detection.evaluate_videos(TRA(TINY), data)
    assert metrics["mAP@50"] == metrics["COCO mAP"] == metrics["AP@50 zebra"] == pytest.approx(1)
    # The object moves by 1 of 20 pixels a frame: IoU 19/21 with the next frame, 18/22 with the one after.
    assert metrics["mAP@50 medium"] == pytest.approx(1) and metrics["frames"] == metrics["objects"] == 3


def test_verb_measures_a_detector_on_imagenet_vid(ilsvrc, tmp_path, capsys):  # noqa: F811
    save(TRA(TINY), tmp_path / "last.pt", TINY.labels)
    out = tmp_path / "out.json"
    assert not vigil("evaluate-detector", "--checkpoint", tmp_path / "last.pt", "--data", f"imagenet-vid={ilsvrc}", "--out", out)
    result = json.loads(out.read_text())
    assert result["frames"] == 3 and "mAP@50 fast" in capsys.readouterr().out
    assert result["step"] == 3 and result["supports"] == 2


def test_a_stopped_evaluation_goes_on_where_it_was(ilsvrc, tmp_path, monkeypatch):  # noqa: F811
    save(TRA(TINY), tmp_path / "last.pt", TINY.labels)
    kept, whole, again = (tmp_path / name for name in ("kept.jsonl", "whole.json", "again.json"))
    verb = ("evaluate-detector", "--checkpoint", tmp_path / "last.pt", "--data", f"imagenet-vid={ilsvrc}", "--detections", kept)
    assert not vigil(*verb, "--out", whole)
    with kept.open("a") as file:
        file.write('{"video": "cut o')
    monkeypatch.setattr(video_detection, "detect_video", None)
    assert not vigil(*verb, "--out", again)
    assert again.read_text() == whole.read_text()
    header, *videos = kept.read_text().splitlines()
    assert json.loads(header)["supports"] == 2 and len(videos) == 1 and len(json.loads(videos[0])["found"]) == 3


def test_detections_of_another_detector_are_refused(ilsvrc, tmp_path):  # noqa: F811
    verb = ("evaluate-detector", "--checkpoint", tmp_path / "last.pt", "--data", f"imagenet-vid={ilsvrc}", "--detections", tmp_path / "kept")
    save(TRA(TINY), tmp_path / "last.pt", TINY.labels)
    assert not vigil(*verb)
    with pytest.raises(ValueError, match="holds detections of another detector"):
        vigil(*verb, "--supports", 1)
    save(TRA(TINY), tmp_path / "last.pt", TINY.labels)
    with pytest.raises(ValueError, match="holds detections of another detector"):
        vigil(*verb)
    (tmp_path / "kept").write_text("a diary\n")
    with pytest.raises(ValueError, match="holds no detections"):
        vigil(*verb)


def test_verb_measures_a_detector_on_a_split_with_other_nouns(tmp_path):
    network = TRA(replace(TINY, labels=("knife", "pan", "bag")))
    save(network, tmp_path / "last.pt", network.config.labels)
    source = f"epic-kitchens={write_records(tmp_path, (20, 'bag'))},{tmp_path}"
    out = tmp_path / "out.json"
    assert not vigil("evaluate-detector", "--checkpoint", tmp_path / "last.pt", "--data", source, "--out", out)
    result = json.loads(out.read_text())
    assert result["objects"] == 1 and np.isnan(result["AP@50 pan"]) and not np.isnan(result["AP@50 bag"])


def test_other_classes_and_unknown_data_sets_are_refused(ilsvrc, tmp_path):  # noqa: F811
    with pytest.raises(ValueError, match="the detector's classes are"):
        video_detection.evaluate_videos(TRA(replace(TINY, labels=("a",))), ImageNetVid(ilsvrc).validation())
    save(TRA(TINY), tmp_path / "last.pt", TINY.labels)
    with pytest.raises(ValueError, match="give one of imagenet-vid=ROOT"):
        vigil("evaluate-detector", "--checkpoint", tmp_path / "last.pt", "--data", "voc=x")
    with pytest.raises(ValueError, match="give coco-vid=JSON,PICTURES"):
        vigil("evaluate-detector", "--checkpoint", tmp_path / "last.pt", "--data", "coco-vid=x")


class Brightness(torch.nn.Module):
    """Votes for the class whose number is the mean brightness in steps of 20."""

    def __init__(self):
        super().__init__()
        self.config = TANetConfig(10, segments=2)
        self.scale = torch.nn.Parameter(torch.ones(1))

    def forward(self, clip):
        level = (clip.mean((1, 3, 4)) * torch.tensor([58.395, 57.12, 57.375]) + torch.tensor([123.675, 116.28, 103.53])).mean(1) / 20
        return -(level[:, None] - torch.arange(10)) ** 2 * self.scale


@pytest.mark.parametrize(
    "protocol, views, seen",
    [
        (ViewProtocol("uniform", 1, 1, 16), 1, [(2 + 7) / 2]),
        (ViewProtocol("uniform", 2, 3, 16), 6, [(0 + 5) / 2] * 3 + [(4 + 9) / 2] * 3),
    ],
)
def test_views_are_those_of_the_publications(tmp_path, protocol, views, seen):
    write_video(tmp_path / "v.mp4")
    logits = video_logits(Brightness(), tmp_path / "v.mp4", protocol)
    assert logits.shape == (views, 10)
    best = -logits + logits.max(1, keepdims=True)
    found = [np.average(np.arange(10), weights=np.exp(-row)) for row in best]
    np.testing.assert_allclose(found, seen, atol=0.5)


def test_top_1_and_top_5_over_views(tmp_path):
    for number, level in enumerate((2, 7)):
        path = tmp_path / f"{number}.mp4"
        writer = cv2.VideoWriter(str(path.with_suffix(".avi")), cv2.VideoWriter_fourcc(*"MJPG"), 10, (32, 24))
        for _ in range(6):
            writer.write(np.full((24, 32, 3), 20 * level, np.uint8))
        writer.release()
        path.with_suffix(".avi").rename(path)
    (tmp_path / "list.txt").write_text("0.mp4 2\n1.mp4 9\n")
    names = tmp_path / "names.txt"
    names.write_text("\n".join(f"level {i}" for i in range(10)))
    data = recognition(f"video-list={tmp_path / 'list.txt'},{tmp_path},{names}")
    metrics = evaluate_views(Brightness(), data, ViewProtocol("dense", 2, 3, 16))
    assert metrics == {"top-1": 0.5, "top-5": 1.0, "videos": 2, "views": 6}


def test_videos_that_cannot_be_measured_on_are_counted_and_named(tmp_path, capsys):
    broken = spoilt_videos(tmp_path)
    write_video(tmp_path / "v.mp4")
    lines = [*(f"{name} 0" for name in broken), "v.mp4 4", *(f"{name} 1" for name in broken)]
    (tmp_path / "list.txt").write_text("\n".join(lines))
    (tmp_path / "names.txt").write_text("\n".join("abcdefghij"))
    data = recognition(f"video-list={tmp_path / 'list.txt'},{tmp_path},{tmp_path / 'names.txt'}")
    metrics = evaluate_views(Brightness(), data, ViewProtocol("uniform", 1, 1, 16))
    assert metrics["videos"] == 1 and metrics["left out"] == 2 * len(broken) == 8 and metrics["top-5"] == 1
    said = capsys.readouterr().out
    assert "8 of 9 videos are left out" in said and "and 3 more" in said and all(name in said for name in broken)
    (tmp_path / "list.txt").write_text("\n".join(lines[:2]))
    data = recognition(f"video-list={tmp_path / 'list.txt'},{tmp_path},{tmp_path / 'names.txt'}")
    with pytest.raises(ValueError, match="none of the 2 videos can be measured on"):
        evaluate_views(Brightness(), data, ViewProtocol("uniform", 1, 1, 16))


def test_verb_measures_a_recognizer_over_views(tmp_path):
    network = TANet(TANetConfig(3, blocks=(1, 1, 1, 1), widths=(8, 8, 8, 8), stem_width=8))
    save(network, tmp_path / "last.pt", "abc")
    write_video(tmp_path / "v.mp4")
    (tmp_path / "list.txt").write_text("v.mp4 2\n")
    (tmp_path / "names.txt").write_text("a\nb\nc\n")
    out = tmp_path / "out.json"
    source = f"video-list={tmp_path / 'list.txt'},{tmp_path},{tmp_path / 'names.txt'}"
    assert not vigil("evaluate-recognizer", "--checkpoint", tmp_path / "last.pt", "--data", source, "--size", 32, "--out", out)
    assert json.loads(out.read_text())["views"] == 30
