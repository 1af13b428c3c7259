"""Average precision of detections, as COCO counts it.

Source: Lin et al., "Microsoft COCO", 2014, and the rules of its evaluation server: detections are matched greedily,
best score first, to the unmatched truth of their class with the highest IoU; a detection that matches nothing but an
ignored truth counts neither for nor against; precision is made monotone and averaged over 101 recall levels.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Sequence

import numpy as np

RECALL_LEVELS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class Truth:
    """Objects of one picture: ``boxes`` (n, 4) x1, y1, x2, y2; ``labels`` (n,); ``ignore`` (n,) bool.

    With ``crowd`` (n,) bool, COCO's rules for ignored truths hold: a crowd absorbs any number of detections that lie
    inside it by the threshold, every other ignored truth one that overlaps it. Without, every ignored truth absorbs
    any number.
    """

    boxes: np.ndarray
    labels: np.ndarray
    ignore: np.ndarray
    crowd: np.ndarray | None = None

    def only(self, wanted: np.ndarray) -> "Truth":
        """The same truth with everything but ``wanted`` (n,) bool ignored: the way to judge a subset."""
        return replace(self, ignore=self.ignore | ~np.asarray(wanted, bool))


@dataclass(frozen=True)
class Detections:
    """What a detector found in one picture: ``boxes`` (n, 4), ``scores`` (n,), ``labels`` (n,)."""

    boxes: np.ndarray
    scores: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class AveragePrecision:
    """Average precision per class, NaN for classes without an object to find, and the number of objects per class."""

    per_class: np.ndarray
    objects: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def mean(self) -> float:
        """mAP: the mean over the classes that have objects; NaN when none has."""
        present = self.per_class[~np.isnan(self.per_class)]
        return float(present.mean()) if len(present) else float("nan")


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union (n, m) of boxes (n, 4) and (m, 4); 0 where both are empty."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=-1)
    area_a, area_b = (np.clip(box[:, 2:] - box[:, :2], 0, None).prod(axis=-1) for box in (a, b))
    union = area_a[:, None] + area_b[None] - common
    return np.divide(common, union, out=np.zeros_like(common, dtype=float), where=union > 0)


def share_inside(boxes: np.ndarray, regions: np.ndarray) -> np.ndarray:
    """Share (n, m) of every box (n, 4) that lies inside each region (m, 4); 0 for empty boxes."""
    low = np.maximum(boxes[:, None, :2], regions[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], regions[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=-1)
    area = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=-1)[:, None]
    return np.divide(common, area, out=np.zeros_like(common, dtype=float), where=area > 0)


def average_precision(
    detections: Sequence[Detections],
    truths: Sequence[Truth],
    classes: int,
    threshold: float = 0.5,
    counts: Callable[[np.ndarray], np.ndarray] | None = None,
    limit: int | None = None,
) -> AveragePrecision:
    """AP per class at an IoU threshold over pictures given in the same order in both sequences.

    ``counts`` maps boxes (n, 4) to bool (n,): unmatched detections for which it is false are ignored too, as COCO
    does for size ranges. ``limit`` keeps the best so many detections of each class and picture.
    """
    if len(detections) != len(truths):
        raise ValueError(f"{len(detections)} pictures with detections, {len(truths)} with truth: give one of each per picture")
    results = [_one_class(detections, truths, label, threshold, counts, limit) for label in range(classes)]
    return AveragePrecision(np.array([ap for ap, _ in results]), np.array([n for _, n in results], np.int64))


def _one_class(detections, truths, label: int, threshold: float, counts, limit: int | None) -> tuple[float, int]:
    scores, hits, total = [], [], 0
    for found, truth in zip(detections, truths):
        own, real = found.labels == label, truth.labels == label
        order = np.argsort(-found.scores[own], kind="stable")[:limit]
        boxes, ignore = found.boxes[own][order], truth.ignore[real]
        total += int((~ignore).sum())
        overlap, once = iou(boxes, truth.boxes[real]), np.zeros(len(ignore), bool)
        if truth.crowd is not None:
            crowd = truth.crowd[real]
            overlap[:, crowd] = share_inside(boxes, truth.boxes[real][crowd])
            once = ~crowd
        outcome = _match(overlap, ignore, once, threshold)
        if counts is not None and len(boxes):
            outcome[(outcome == _MISS) & ~counts(boxes)] = _IGNORED
        keep = outcome != _IGNORED
        scores.append(found.scores[own][order][keep])
        hits.append(outcome[keep] == _HIT)
    if total == 0:
        return float("nan"), 0
    return _area(np.concatenate(scores), np.concatenate(hits), total), total


_MISS, _HIT, _IGNORED = 0, 1, 2


def _match(overlap: np.ndarray, ignore: np.ndarray, once: np.ndarray, threshold: float) -> np.ndarray:
    """Outcome per detection (rows of ``overlap``, best score first).

    An ignored truth may be matched many times, unless it counts ``once``. Of equally good ones the last is matched.
    """
    outcome = np.full(len(overlap), _MISS)
    free = np.ones(len(ignore), bool)
    for row, values in enumerate(overlap):
        for kind, result in ((~ignore, _HIT), (ignore, _IGNORED)):
            possible = np.flatnonzero(kind & free & (values >= threshold))
            if len(possible):
                best = possible[::-1][values[possible[::-1]].argmax()]
                outcome[row] = result
                free[best] = not (once[best] or result == _HIT)
                break
    return outcome


def _area(scores: np.ndarray, hits: np.ndarray, total: int) -> float:
    order = np.argsort(-scores, kind="stable")
    true = np.cumsum(hits[order])
    recall = true / total
    precision = true / np.arange(1, len(order) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    index = np.searchsorted(recall, RECALL_LEVELS, side="left")
    return float(np.where(index < len(envelope), np.append(envelope, 0.0)[np.minimum(index, len(envelope))], 0.0).mean())
