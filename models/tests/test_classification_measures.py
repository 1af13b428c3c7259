"""Top-k and confusion against cases worked out by hand."""

import numpy as np
import pytest
from vigil_models.evaluation.classification import confusion, top_k

SCORES = np.array([[0.7, 0.2, 0.1], [0.4, 0.5, 0.1], [0.3, 0.3, 0.4], [0.1, 0.2, 0.7]])


def test_top_k_counts_labels_among_the_k_best():
    labels = np.array([0, 0, 1, 0])
    assert top_k(SCORES, labels, 1) == 0.25
    assert top_k(SCORES, labels, 2) == 0.5  # the third row's label ties for second place and counts as third


def test_a_constant_classifier_earns_nothing_by_ties():
    assert top_k(np.ones((4, 3)), np.array([0, 1, 2, 0]), 2) == 0.0


def test_confusion_has_truth_in_rows():
    matrix = confusion(SCORES.argmax(1), np.array([0, 0, 1, 2]), 3)
    assert matrix.tolist() == [[1, 1, 0], [0, 0, 1], [0, 0, 1]]


def test_classifier_that_gives_no_numbers_is_never_right():
    assert top_k(np.full((3, 10), np.nan), np.arange(3)) == 0
    assert top_k(np.array([[0.1, np.nan], [0.1, 0.2]]), np.array([1, 1])) == 0.5


def test_k_must_be_within_the_classes():
    with pytest.raises(ValueError, match="choose 1 to 3"):
        top_k(SCORES, np.zeros(4, int), 4)
