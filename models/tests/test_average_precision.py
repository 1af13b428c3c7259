"""Average precision against cases worked out by hand."""

import numpy as np
import pytest
from vigil_models.evaluation.detection import FALSE, HIT, Detections, Truth, average_precision, iou, match, resampled_means
from vigil_models.evaluation.subsets import truths_by_subset


def truth(*boxes, labels=None, ignore=None):
    n = len(boxes)
    return Truth(np.array(boxes, float).reshape(-1, 4), np.array(labels or [0] * n), np.array(ignore or [False] * n))


def found(*rows, labels=None):
    """Rows of (x1, y1, x2, y2, score)."""
    rows_array = np.array(rows, float).reshape(-1, 5)
    return Detections(rows_array[:, :4], rows_array[:, 4], np.array(labels or [0] * len(rows)))


A, B, C = (0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)
NOWHERE = (80, 80, 90, 90)


def test_hand_computed_precision_recall_curve():
    # Best first: hit, miss, hit; one of three objects is never found.
    # Recall 1/3 at precision 1, recall 2/3 at precision 2/3: levels 0.00..0.33 (34) and 0.34..0.66 (33) of 101.
    result = average_precision([found((*A, 0.9), (*NOWHERE, 0.8), (*B, 0.7))], [truth(A, B, C)], classes=1)
    assert result.per_class[0] == pytest.approx((34 * 1.0 + 33 * 2 / 3) / 101)


def test_ranking_runs_over_all_pictures():
    # In rank order: miss (second picture), hit: precision 1/2 up to recall 1/2, levels 0.00..0.50.
    result = average_precision([found((*A, 0.6)), found((*NOWHERE, 0.9))], [truth(A), truth(B)], classes=1)
    assert result.per_class[0] == pytest.approx(51 * 0.5 / 101)


def test_second_detection_of_an_object_is_a_false_positive():
    result = average_precision([found((*A, 0.9), (*A, 0.8), (*B, 0.7))], [truth(A, B)], classes=1)
    assert result.per_class[0] == pytest.approx((51 * 1.0 + 50 * 2 / 3) / 101)


def test_ignored_objects_count_neither_for_nor_against():
    with_ignored = average_precision([found((*B, 0.95), (*B, 0.94), (*A, 0.9))], [truth(A, B, ignore=[False, True])], classes=1)
    assert with_ignored.per_class[0] == pytest.approx(1.0)
    assert with_ignored.objects[0] == 1


def test_a_real_object_is_preferred_to_an_overlapping_ignored_one():
    overlapping = (0, 0, 10, 9)
    result = average_precision([found((*overlapping, 0.9))], [truth(overlapping, A, ignore=[True, False])], classes=1)
    assert result.per_class[0] == pytest.approx(1.0)


def test_subset_is_judged_by_ignoring_the_rest():
    everything = truth(A, B)
    result = average_precision([found((*A, 0.9))], [everything.only(np.array([True, False]))], classes=1)
    assert result.mean == pytest.approx(1.0)


def test_classes_without_objects_stay_out_of_the_mean():
    result = average_precision([found((*A, 0.9), (*B, 0.8), labels=[0, 1])], [truth(A)], classes=2)
    assert np.isnan(result.per_class[1]) and result.mean == pytest.approx(1.0)


def test_iou_of_half_overlapping_boxes_is_a_third():
    assert iou(np.array([A], float), np.array([(5, 0, 15, 10)], float))[0, 0] == pytest.approx(1 / 3)


def test_pictures_must_correspond():
    with pytest.raises(ValueError, match="one of each per picture"):
        average_precision([], [truth(A)], classes=1)


def test_subsets_keep_only_what_belongs_to_them():
    boxes = np.array([(0, 0, 10, 20), (20, 0, 60, 80)], float)
    subsets = truths_by_subset(
        boxes, np.zeros(2, int), np.zeros(2, bool), visible=np.array([1.0, 0.5]), smear=np.array([6.0, 0.0])
    )
    kept = {name: (~truth.ignore).tolist() for name, truth in subsets.items()}
    assert kept == {"all": [True, True], "blurred": [True, False], "occluded": [False, True], "small": [True, False]}


def test_everything_is_blurred_while_the_focus_hunts():
    boxes, still = np.array([(0, 0, 10, 20), (20, 0, 60, 80)], float), np.zeros(2)
    for disturbance, blurred in (("defocus", True), ("noise", False), ("", False)):
        subsets = truths_by_subset(boxes, np.zeros(2, int), np.zeros(2, bool), np.ones(2), still, disturbance)
        assert (~subsets["blurred"].ignore).tolist() == [blurred, blurred]


def test_matches_name_the_object_of_every_detection():
    picture = truth(NOWHERE, A, B, labels=[1, 0, 0])
    matches = match(found((*NOWHERE, 0.5), (*B, 0.7), (*A, 0.9)), picture, label=0)
    assert matches.rows.tolist() == [2, 1, 0] and matches.truths.tolist() == [1, 2, -1]
    assert matches.outcome.tolist() == [HIT, HIT, FALSE] and matches.objects == 2


def test_standard_error_follows_from_the_pictures_drawn():
    # Of n pictures half are found, the others missed; AP is nearly the share found, so its error is sqrt(1 / 4n).
    n = 64
    detections = [found((*A, 0.9)) if i % 2 else found() for i in range(n)]
    means = resampled_means(detections, [truth(A)] * n, classes=1, rounds=2000)
    assert means.std() == pytest.approx(0.5 / np.sqrt(n), rel=0.1)
    assert np.array_equal(means, resampled_means(detections, [truth(A)] * n, classes=1, rounds=2000))
