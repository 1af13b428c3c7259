"""COCO's summary of a detector: AP averaged over IoU thresholds, at 0.5 and 0.75, and by size.

Source: Lin et al., "Microsoft COCO", 2014, and the rules of its evaluation server.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

import numpy as np

from .detection import Detections, Part, Truth, average_precisions

THRESHOLDS = np.linspace(0.5, 0.95, 10)
MAX_DETECTIONS = 100
"""Of each class and picture."""
SIZES = {"small": (0.0, 32.0**2), "medium": (32.0**2, 96.0**2), "large": (96.0**2, 1e10)}
"""Areas in square pixels, both ends included."""


def coco_summary(detections: Sequence[Detections], truths: Sequence[Truth], classes: int) -> dict[str, float]:
    """mAP, mAP@50, mAP@75 and mAP of small, medium and large objects; NaN where there are none.

    Truths without ``crowd`` are taken to hold no crowds.
    """
    truths = [t if t.crowd is not None else replace(t, crowd=np.zeros(len(t.labels), bool)) for t in truths]
    parts = [Part([truth.ignore for truth in truths]), *(_of_size(truths, *limits) for limits in SIZES.values())]
    every, *sized = average_precisions(detections, truths, classes, THRESHOLDS, parts, MAX_DETECTIONS)
    by_threshold = [ap.mean for ap in every]
    sizes = {f"mAP {name}": _average([ap.mean for ap in of_size]) for name, of_size in zip(SIZES, sized)}
    return {"mAP": _average(by_threshold), "mAP@50": by_threshold[0], "mAP@75": by_threshold[5], **sizes}


def _of_size(truths, low: float, high: float) -> Part:
    def counts(boxes: np.ndarray) -> np.ndarray:
        area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        return (area >= low) & (area <= high)

    return Part([truth.only(counts(truth.boxes)).ignore for truth in truths], counts)


def _average(values: Sequence[float]) -> float:
    return float(np.mean(values))
