"""Measures on footage: a miniature truth and results worked out by hand, and how wrong input is refused."""

import json
import shutil
from argparse import Namespace
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from vigil_models.cli import evaluate_results
from vigil_models.data import seeds
from vigil_models.data.seeds import scene_seed
from vigil_models.data.video_file import read_frames
from vigil_models.footage import hog_people
from vigil_models.footage.measures import measure
from vigil_models.footage.pictures import FOUND, MISSED, WRONG
from vigil_models.footage.rendering import LabelledVideos
from vigil_models.footage.replay import replay
from vigil_models.footage.service_results import frames_of
from vigil_models.footage.truth import read_truth
from vigil_models.modeling.tra import TRA, TRAConfig
from vigil_models.world.street import street_scene

def found_in(*arguments):
    return [frame.found for frame in frames_of(*arguments)]


SIZE = (120, 80)
A, B, HIDDEN = [10, 10, 20, 40], [60, 10, 20, 40], [90, 10, 20, 40]


def write_truth(path, videos=1):
    """Frame 3 shows a person at A and a dog at B, frame 7 people at A and B and one hardly visible."""
    images, annotations = [], []
    for video in range(1, videos + 1):
        for frame, objects in ((7, [(A, 1, 0), (B, 1, 0), (HIDDEN, 1, 1)]), (3, [(A, 1, 0), (B, 2, 0)])):
            image = {"id": len(images) + 1, "video_id": video, "frame_id": frame, "file_name": f"{video}/{frame}.jpg"}
            images.append({**image, "width": SIZE[0], "height": SIZE[1]})
            annotations += [{"image_id": image["id"], "category_id": c, "bbox": box, "iscrowd": crowd} for box, c, crowd in objects]
    content = {"categories": [{"id": 1, "name": "person"}, {"id": 2, "name": "dog"}], "images": images, "annotations": annotations}
    path.write_text(json.dumps({**content, "videos": [{"id": v, "name": f"yard{v}"} for v in range(1, videos + 1)]}))
    return path


def line(sequence, *boxes, camera="camera-1"):
    """Boxes of (x, y, w, h), label and score."""
    found = [dict(zip("xywh", box), label=label, score=score) for box, label, score in boxes]
    return json.dumps({"kind": "detections", "camera": camera, "epoch": 1, "sequence": sequence, "support_sequences": [0], "boxes": found})


def write_results(path, *lines):
    path.write_text("\n".join((json.dumps({"kind": "actions", "camera": "camera-1"}), *lines)) + "\n")
    return path


RESULTS = (
    line(3, (A, "person", 0.9), ([0, 60, 10, 20], "person", 0.8), (B, "truck", 0.9)),
    line(5, (A, "person", 0.99)),
    line(7, (A, "person", 0.7), (HIDDEN, "person", 0.95), (B, "person", 0.2)),
)


@pytest.fixture
def files(tmp_path):
    return write_truth(tmp_path / "truth.json"), write_results(tmp_path / "results.jsonl", *RESULTS)


def test_labelled_frames_are_measured_at_the_least_score(files):
    path, results = files
    truth = read_truth(path, ["person"])
    # Best first: hit, false, hit, and below 0.3 another hit; three people are to be found. The truck is not measured.
    above = measure(found_in(results, truth, 0.3), truth)
    assert above["AP@50 person"] == pytest.approx((34 + 33 * 2 / 3) / 101)
    assert (above["found"], above["missed"], above["false"], above["frames"], above["objects"]) == (2, 1, 1, 2, 3)
    everything = measure(found_in(results, truth, 0.0), truth)
    assert everything["mAP@50"] == pytest.approx((34 + 67 * 3 / 4) / 101) and everything["missed"] == 0


def test_one_false_detection_a_frame_ends_what_counts_as_found(tmp_path):
    truth = read_truth(write_truth(tmp_path / "truth.json"), ["person"])
    false = [([0, 60 + i, 5, 10], "person", 0.8) for i in range(3)]
    results = write_results(tmp_path / "results.jsonl", line(3, (A, "person", 0.9), *false), line(7, (A, "person", 0.8), (B, "person", 0.7)))
    # Best first: hit, three false, and, after more than one false a frame, two hits.
    assert measure(found_in(results, truth, 0.3), truth)["found at one false a frame"] == 1


def test_all_labels_of_the_truth_count_by_default(files):
    truth = read_truth(files[0])
    result = measure(found_in(files[1], truth, 0.3), truth)
    assert result["AP@50 dog"] == 0 and result["mAP@50"] == pytest.approx(result["AP@50 person"] / 2) and result["objects"] == 4


def test_every_video_has_its_camera(tmp_path):
    truth = read_truth(write_truth(tmp_path / "truth.json", videos=2), ["person"])
    lines = [line(frame, camera=camera) for frame in (3, 7) for camera in ("camera-10", "camera-2")]
    results = write_results(tmp_path / "results.jsonl", *lines, line(3, (A, "person", 1.0), camera="gate"), line(7, camera="gate"))
    counts = lambda cameras: [len(found.scores) for found in found_in(results, truth, 0.3, cameras)]  # noqa: E731
    assert counts(["camera-2", "gate"]) == [0, 0, 1, 0] and counts(["gate", "camera-2"]) == [1, 0, 0, 0]
    with pytest.raises(ValueError, match="cameras are camera-2, camera-10, gate: name one camera a video"):
        counts(None)
    with pytest.raises(ValueError, match="has no camera roof; it has camera-2, camera-10, gate"):
        counts(["roof", "gate"])


@pytest.mark.parametrize(
    "lines, message",
    [
        (RESULTS[:2], "no detections of frame 7 of camera-1, which the truth of yard1 labels: run `vigil demo` with --unpaced"),
        ((*RESULTS, "nonsense"), "results.jsonl line 5 is no result of the service"),
        ((*RESULTS, RESULTS[0]), "frame 3 of camera-1 for the second time"),
        (('{"kind": "detections"}',), "line 2 is no result of the service: KeyError"),
    ],
)
def test_results_that_cannot_be_measured_are_refused(tmp_path, lines, message):
    truth = read_truth(write_truth(tmp_path / "truth.json"))
    with pytest.raises(ValueError, match=message):
        found_in(write_results(tmp_path / "results.jsonl", *lines), truth, 0.3)


def test_truths_that_cannot_be_measured_are_refused(tmp_path):
    path = write_truth(tmp_path / "truth.json")
    with pytest.raises(ValueError, match="does not label zebra; it labels person, dog"):
        read_truth(path, ["zebra"])
    path.write_text(path.read_text().replace("frame_id", "number"))
    with pytest.raises(ValueError, match="image 7.jpg has no frame_id"):
        read_truth(path)
    path.write_text("people")
    with pytest.raises(ValueError, match="truth.json is no COCO-VID: it is not JSON"):
        read_truth(path)


def write_video(path):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, SIZE)
    for _ in range(8):
        writer.write(np.zeros((*SIZE[::-1], 3), np.uint8))
    writer.release()
    return path


def test_pictures_show_what_was_found_missed_and_falsely_seen(files, tmp_path, capsys):
    options = {"label": ["person"], "min_score": 0.3, "camera": None, "out": tmp_path / "out.json", "checkpoint": None}
    video = write_video(tmp_path / "v.avi")
    assert evaluate_results.run(Namespace(results=files[1], truth=files[0], video=[video], pictures=tmp_path / "p", **options)) == 0
    assert json.loads(capsys.readouterr().out) == json.loads((tmp_path / "out.json").read_text())
    first, second = (cv2.imread(str(tmp_path / "p" / f"yard1-{frame:06d}.jpg"))[..., ::-1].astype(int) for frame in (3, 7))
    seen = lambda image, x, y, colour: np.abs(image[y, x] - colour).max() < 60  # noqa: E731
    assert seen(first, 10, 30, FOUND) and seen(first, 0, 70, WRONG)
    assert seen(second, 10, 30, FOUND) and seen(second, 60, 30, MISSED)
    with pytest.raises(ValueError, match="--pictures and --checkpoint need --video"):
        evaluate_results.run(Namespace(results=files[1], truth=files[0], video=None, pictures=tmp_path / "p", **options))


def test_windows_of_hog_lose_their_margin():
    chosen = hog_people.HogSettings(2.0, 0.0, grouped=False)
    windows = np.array([[20, 40, 128, 256], [24, 40, 128, 256], [400, 40, 64, 128]], float)
    found = hog_people._detections(windows, np.array([0.5, 0.9, 0.1]), chosen, 0)
    assert found.boxes.tolist() == [[28, 36, 60, 132], [208, 28, 224, 76]] and found.scores.tolist() == [0.9, 0.1]


def test_search_varies_the_best_settings():
    tried = []

    def score(chosen):
        tried.append(chosen)
        return chosen.enlarged == 1.5 and not chosen.grouped and chosen.padding + (chosen.step == 1.03)

    assert hog_people.search(score) == hog_people.HogSettings(1.5, -0.3, False, 1.03, 16)
    assert len(tried) == len(set(tried)) == 12


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg")
def test_rendered_videos_come_with_their_truth_and_are_replayed_with_the_same_supports(tmp_path):
    paths = LabelledVideos(seeds.VALIDATION, videos=2, seconds=3, fps=2, size=(96, 72)).write(tmp_path)
    truth = read_truth(tmp_path / "truth.json")
    assert [(video.name, video.frame_ids) for video in truth.videos] == [("street-000", [2, 4]), ("street-001", [2, 4])]
    scene = street_scene(scene_seed(seeds.VALIDATION, 1), (96, 72)).render(0.5)
    np.testing.assert_allclose(truth.frames[3].objects.boxes, scene.boxes, atol=0.02)
    decoded = read_frames(paths[1], [4], strict=True)[0]
    assert np.abs(decoded.astype(int) - scene.image).mean() < 4

    torch.manual_seed(0)
    model = TRA(replace(TRAConfig.small(), input_size=(96, 72))).eval()
    found = replay(model, truth, paths, [[0], [0, 2], [], [0]], min_score=0.0)
    assert len(found) == 4 and all(np.isin(one.labels, range(5)).all() for one in found)
    other = replay(model, truth, paths, [[], [0, 2], [], [0]], min_score=0.0)
    assert not np.array_equal(found[0].scores, other[0].scores) and np.array_equal(found[1].scores, other[1].scores)
    with pytest.raises(ValueError, match="name each with --video"):
        replay(model, truth, paths[:1], [[]] * 4, min_score=0.0)
