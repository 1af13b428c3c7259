"""Subsets of objects on which a detector with temporal support should show its worth."""

from __future__ import annotations

import numpy as np

from vigil_models.evaluation.detection import Truth

BLURRED_PX = 4.0
"""Motion blur, in pixels of the rendered picture, from which an object counts as blurred, as all do while the focus hunts. A
lens that is always out of focus does not make them so: no other frame is any better."""
OCCLUDED_VISIBLE = 0.7
"""Visible share below which an object counts as occluded."""
SMALL_PX = 32.0
"""Box height, in pixels of the rendered picture, below which an object counts as small."""

SUBSETS = ("all", "blurred", "occluded", "small")


def truths_by_subset(
    boxes: np.ndarray, labels: np.ndarray, ignore: np.ndarray, visible: np.ndarray, smear: np.ndarray, disturbance: str = ""
) -> dict[str, Truth]:
    """The truth of one picture for every name in `SUBSETS`; objects outside a subset are ignored there.

    ``boxes`` (n, 4), the others (n,), and the picture's ``disturbance``, as a `DetectionSequence` holds them for one frame.
    """
    everything = Truth(boxes, labels, ignore)
    height = boxes[:, 3] - boxes[:, 1]
    return {
        "all": everything,
        "blurred": everything.only((smear >= BLURRED_PX) | (disturbance == "defocus")),
        "occluded": everything.only(visible < OCCLUDED_VISIBLE),
        "small": everything.only(height < SMALL_PX),
    }
