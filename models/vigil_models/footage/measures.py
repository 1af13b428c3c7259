"""Average precision and counts of detections on labelled frames."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from ..engine.video_detection import truth_of
from ..evaluation.coco import coco_summary
from ..evaluation.detection import FALSE, HIT, Detections, Matches, average_precision, match, resampled_means
from .truth import FootageTruth

IOU = 0.5


def mean_average_precision(found: Sequence[Detections], truth: FootageTruth) -> float:
    """mAP@50 alone."""
    return average_precision(found, [truth_of(frame) for frame in truth.frames], len(truth.labels), IOU).mean


def measure(found: Sequence[Detections], truth: FootageTruth) -> dict[str, float]:
    """mAP@50 with the standard error that the choice of frames leaves, AP@50 per label, COCO's summary, and how many objects
    were found and missed and how many detections were false at IoU 0.5; ``found at one false a frame`` is how many are found by
    the best detections of which so many are false as there are frames.

    ``found`` are the detections of every frame of the truth, in its order.
    """
    truths = [truth_of(frame) for frame in truth.frames]
    classes = len(truth.labels)
    ap = average_precision(found, truths, classes, IOU)
    matches = [match(f, t, label, IOU) for f, t in zip(found, truths) for label in range(classes)]
    hits, false = (sum(int((one.outcome == kind).sum()) for one in matches) for kind in (HIT, FALSE))
    objects = int(ap.objects.sum())
    return {
        "mAP@50": ap.mean,
        "standard error": float(np.nanstd(resampled_means(found, truths, classes), ddof=1)),
        **{f"AP@50 {label}": float(value) for label, value in zip(truth.labels, ap.per_class)},
        **{f"COCO {name}": value for name, value in coco_summary(found, truths, classes).items() if name != "mAP@50"},
        "found": hits,
        "missed": objects - hits,
        "false": false,
        "found at one false a frame": _found_at(matches, len(found)),
        "frames": len(found),
        "objects": objects,
    }


def _found_at(matches: Sequence[Matches], false: int) -> int:
    """Objects found by the best detections with at most so many false ones."""
    scores, outcome = (np.concatenate([getattr(one, name) for one in matches]) for name in ("scores", "outcome"))
    ordered = outcome[np.argsort(-scores, kind="stable")]
    return int((ordered[np.cumsum(ordered == FALSE) <= false] == HIT).sum())
