"""COCO's summary, speed by motion IoU and views: hand-computed cases, and COCO's rules written out once more as loops."""

import numpy as np
import pytest
from vigil_models.evaluation import detection
from vigil_models.evaluation.classification import over_views, top_k
from vigil_models.evaluation.coco import THRESHOLDS, coco_summary
from vigil_models.evaluation.detection import Detections, Part, Truth, average_precision, average_precisions
from vigil_models.evaluation.motion import average_precision_by_speed, motion_iou, speed


def truth(boxes, labels=None, ignore=None, crowd=None):
    n = len(boxes)
    values = np.array(boxes, float).reshape(-1, 4), np.array(labels or [0] * n), np.array(ignore or [False] * n)
    return Truth(*values, crowd=None if crowd is None else np.array(crowd))


def found(rows, labels=None):
    rows_array = np.array(rows, float).reshape(-1, 5)
    return Detections(rows_array[:, :4], rows_array[:, 4], np.array(labels or [0] * len(rows)))


def test_coco_map_averages_over_thresholds():
    # IoU 0.72: found at 0.50 to 0.70, five of ten thresholds.
    summary = coco_summary([found([(0, 0, 72, 100, 0.9)])], [truth([(0, 0, 100, 100)])], 1)
    assert summary["mAP"] == pytest.approx(0.5)
    assert summary["mAP@50"] == pytest.approx(1.0) and summary["mAP@75"] == 0.0
    assert summary["mAP large"] == pytest.approx(0.5) and np.isnan(summary["mAP small"])


def test_detections_of_other_sizes_count_only_where_they_hit():
    small, large = (0, 0, 20, 20), (100, 100, 300, 300)
    stray = (400, 400, 600, 600)
    summary = coco_summary([found([(*stray, 0.9), (*small, 0.8), (*large, 0.7)])], [truth([small, large])], 1)
    assert summary["mAP small"] == pytest.approx(1.0)  # the stray detection is large
    assert summary["mAP large"] == pytest.approx(0.5)


def test_crowd_absorbs_detections_inside_it_and_other_ignored_objects_absorb_one():
    crowd, inside, seen = (0, 0, 100, 100), (10, 10, 30, 30), (200, 200, 220, 220)
    rows = [(*inside, 0.9), (*inside, 0.8), (*seen, 0.7)]
    with_crowd = truth([crowd, seen], ignore=[True, False], crowd=[True, False])
    assert average_precision([found(rows)], [with_crowd], 1).mean == pytest.approx(1.0)
    plain = truth([inside, seen], ignore=[True, False], crowd=[False, False])
    assert average_precision([found(rows)], [plain], 1).mean == pytest.approx(0.5)


def test_only_the_best_hundred_detections_of_a_picture_count():
    rows = [(500, 500, 510, 510, 0.9)] * 100 + [(0, 0, 100, 100, 0.1)]
    assert coco_summary([found(rows)], [truth([(0, 0, 100, 100)])], 1)["mAP@50"] == 0.0
    assert average_precision([found(rows)], [truth([(0, 0, 100, 100)])], 1).mean > 0


def coco_loops(detections, truths, label, threshold, area=(0, 1e10)):
    """AP of one class by COCO's rules, without a shared line with the implementation."""
    entries, positives = [], 0
    for d, t in zip(detections, truths):
        gts = []
        for box, own, ignore, crowd in zip(t.boxes, t.labels, t.ignore, t.crowd):
            if own == label:
                size = (box[2] - box[0]) * (box[3] - box[1])
                gts.append([box, bool(ignore or size < area[0] or size > area[1]), bool(crowd), False])
        gts.sort(key=lambda gt: gt[1])
        positives += sum(not gt[1] for gt in gts)
        dts = sorted((row for row in zip(d.scores, d.boxes.tolist(), d.labels) if row[2] == label), key=lambda row: -row[0])[:100]
        for score, box, _ in dts:
            best, chosen = threshold, None
            for gt in gts:
                if gt[3] and not gt[2]:
                    continue
                if chosen is not None and not chosen[1] and gt[1]:
                    break
                w = min(box[2], gt[0][2]) - max(box[0], gt[0][0])
                h = min(box[3], gt[0][3]) - max(box[1], gt[0][1])
                common = max(w, 0) * max(h, 0)
                own = (box[2] - box[0]) * (box[3] - box[1])
                whole = own if gt[2] else own + (gt[0][2] - gt[0][0]) * (gt[0][3] - gt[0][1]) - common
                overlap = common / whole if whole > 0 else 0
                if overlap >= best:
                    best, chosen = overlap, gt
            if chosen is not None:
                chosen[3] = True
                if not chosen[1]:
                    entries.append((score, True))
            elif area[0] <= (box[2] - box[0]) * (box[3] - box[1]) <= area[1]:
                entries.append((score, False))
    if not positives:
        return float("nan")
    entries.sort(key=lambda entry: -entry[0])
    curve, hits = [], 0
    for rank, (_, hit) in enumerate(entries, 1):
        hits += hit
        curve.append((hits / positives, hits / rank))
    return float(np.mean([max((p for r, p in curve if r >= level), default=0.0) for level in np.linspace(0, 1, 101)]))


def random_pictures(count, random):
    detections, truths = [], []
    for _ in range(count):
        n, m = random.integers(0, 7), random.integers(0, 15)
        corners = random.uniform(0, 150, (n, 2))
        boxes = np.concatenate((corners, corners + random.uniform(5, 150, (n, 2))), 1)
        crowd = random.random(n) < 0.1
        ignore = crowd | (random.random(n) < 0.1)
        truths.append(Truth(boxes, random.integers(0, 3, n), ignore, crowd))
        m *= n > 0
        index = random.integers(0, max(n, 1), m)
        near = boxes[index] + random.normal(0, 5, (m, 4))
        near[:, 2:] = np.maximum(near[:, 2:], near[:, :2] + 1)
        detections.append(Detections(near, random.permutation(1000)[:m] / 1000 + random.random(), truths[-1].labels[index]))
    return detections, truths


def test_summary_agrees_with_the_rules_written_out():
    detections, truths = random_pictures(25, np.random.default_rng(0))
    summary = coco_summary(detections, truths, 3)

    def expected(**area):
        per_class = np.array([[coco_loops(detections, truths, label, t, **area) for label in range(3)] for t in THRESHOLDS])
        return np.nanmean(per_class)

    assert summary["mAP"] == pytest.approx(expected(), abs=1e-9)
    assert summary["mAP small"] == pytest.approx(expected(area=(0, 32**2)), abs=1e-9)
    assert summary["mAP medium"] == pytest.approx(expected(area=(32**2, 96**2)), abs=1e-9)
    assert 0.05 < summary["mAP"] < 0.95


def test_overlaps_are_computed_once_for_all_thresholds_and_sizes(monkeypatch):
    detections, truths = random_pictures(25, np.random.default_rng(0))
    asked, plain = [], detection.iou
    monkeypatch.setattr(detection, "iou", lambda a, b: asked.append(len(a)) or plain(a, b))
    coco_summary(detections, truths, 3)
    assert len(asked) == sum(len(set(d.labels) & set(t.labels)) for d, t in zip(detections, truths))


def test_parts_at_all_thresholds_are_those_measured_one_by_one():
    detections, truths = random_pictures(25, np.random.default_rng(2))
    subset = [truth.only(truth.boxes[:, 0] < 70) for truth in truths]
    parts = [Part([t.ignore for t in truths]), Part([t.ignore for t in subset], lambda boxes: boxes[:, 0] < 70)]
    found = average_precisions(detections, truths, 3, [0.5, 0.8], parts, limit=4)
    for of_part, known, counts in zip(found, (truths, subset), (None, parts[1].counts)):
        for ap, threshold in zip(of_part, (0.5, 0.8)):
            alone = average_precision(detections, known, 3, threshold, counts, limit=4)
            assert np.array_equal(ap.per_class, alone.per_class) and np.array_equal(ap.objects, alone.objects)


def test_summary_agrees_with_pycocotools():
    coco = pytest.importorskip("pycocotools.coco", reason="no pycocotools module")
    from pycocotools.cocoeval import COCOeval

    detections, truths = random_pictures(40, np.random.default_rng(1))
    for one in truths:  # pycocotools has no other way to ignore
        one.ignore[:] = one.crowd

    def xywh(box):
        return [float(box[0]), float(box[1]), float(box[2] - box[0]), float(box[3] - box[1])]

    reference, annotations, results = coco.COCO(), [], []
    for number, (d, t) in enumerate(zip(detections, truths), 1):
        for box, label, crowd in zip(t.boxes, t.labels, t.crowd):
            row = {"id": len(annotations) + 1, "image_id": number, "category_id": int(label) + 1, "bbox": xywh(box)}
            annotations.append({**row, "area": row["bbox"][2] * row["bbox"][3], "iscrowd": int(crowd)})
        for box, score, label in zip(d.boxes, d.scores, d.labels):
            results.append({"image_id": number, "category_id": int(label) + 1, "bbox": xywh(box), "score": float(score)})
    reference.dataset = {
        "images": [{"id": number + 1} for number in range(40)],
        "categories": [{"id": label + 1} for label in range(3)],
        "annotations": annotations,
    }
    reference.createIndex()
    judged = COCOeval(reference, reference.loadRes(results), "bbox")
    judged.evaluate()
    judged.accumulate()
    judged.summarize()
    names = ("mAP", "mAP@50", "mAP@75", "mAP small", "mAP medium", "mAP large")
    summary = coco_summary(detections, truths, 3)
    np.testing.assert_allclose([summary[name] for name in names], judged.stats[:6], atol=1e-6)


def test_motion_iou_is_the_mean_over_nearby_frames():
    # A box of width 10 moves 5 px a frame: IoU 1/3 with the next frame, 0 with those after.
    boxes = [np.array([[5.0 * t, 0, 5 * t + 10, 10], [50, 50, 60, 60]]) for t in range(4)]
    tracks = [np.array([4, 7])] * 4
    motion = motion_iou(boxes, tracks)
    assert [m[0] for m in motion] == pytest.approx([1 / 9, 2 / 9, 2 / 9, 1 / 9])
    assert [m[1] for m in motion] == pytest.approx([1.0] * 4)
    assert motion_iou(boxes, tracks, nearby=1)[0][0] == pytest.approx(1 / 3)


def test_objects_that_nearby_frames_do_not_show_count_as_still():
    boxes = [np.array([[0.0, 0, 9, 9]]), np.zeros((0, 4)), np.array([[40.0, 0, 49, 9]])]
    tracks = [np.array([1]), np.zeros(0, int), np.array([1])]
    assert [m.tolist() for m in motion_iou(boxes, tracks, nearby=1)] == [[1.0], [], [1.0]]
    untracked = [np.array([-1]), np.zeros(0, int), np.array([-1])]
    assert motion_iou(boxes, untracked)[0].tolist() == [1.0]


def test_speeds_are_judged_apart():
    assert speed(np.array([0.69, 0.7, 0.9, 0.91])).tolist() == ["fast", "medium", "medium", "slow"]
    still, running = (0, 0, 10, 10), (50, 50, 60, 60)
    result = average_precision_by_speed([found([(*still, 0.9)])], [truth([still, running])], [np.array([0.95, 0.3])], 1)
    assert result["slow"].mean == pytest.approx(1.0) and result["fast"].mean == 0.0 and np.isnan(result["medium"].mean)


def test_views_are_averaged_as_logits_or_probabilities():
    logits = np.array([[[4.0, 0.0, 0.0], [0.0, 1.5, 0.0], [0.0, 1.5, 0.0]]])  # one sure view against two mild ones
    assert over_views(logits)[0] == pytest.approx([4 / 3, 1, 0])
    probabilities = over_views(logits, "probabilities")
    assert probabilities.sum() == pytest.approx(1) and probabilities[0].argmax() == 1
    assert top_k(over_views(logits), np.array([1]), 1) == 0 and top_k(over_views(logits), np.array([1]), 2) == 1
    with pytest.raises(ValueError, match="must be logits or probabilities"):
        over_views(logits, "votes")
