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
    judged = [_judged(detections, truths, label, threshold, counts, limit) for label in range(classes)]
    objects = [sum(matches.objects for matches in of_class) for of_class in judged]
    return AveragePrecision(np.array([_of_class(of_class) for of_class in judged]), np.array(objects, np.int64))


def resampled_means(
    detections: Sequence[Detections], truths: Sequence[Truth], classes: int, rounds: int = 300, seed: int = 0, threshold: float = 0.5
) -> np.ndarray:
    """mAP (rounds,) of pictures drawn with replacement, as many as there are; their deviation is the standard error.

    The same ``seed`` draws the same pictures, so that the differences of two detectors on them are paired.
    Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979.
    """
    judged = [_judged(detections, truths, label, threshold, None, None) for label in range(classes)]
    random = np.random.default_rng(seed)
    means = []
    for _ in range(rounds):
        drawn = random.integers(len(truths), size=len(truths))
        means.append(AveragePrecision(np.array([_of_class([of_class[i] for i in drawn]) for of_class in judged])).mean)
    return np.array(means)


HIT, FALSE, IGNORED = 1, 0, 2


@dataclass(frozen=True)
class Matches:
    """Detections of one class in one picture and what became of them, best score first.

    ``rows`` (n,) are their places among the picture's detections, ``outcome`` (n,) is `HIT`, `FALSE` or `IGNORED`, ``truths``
    (n,) the place of the matched object among the picture's objects, -1 for none; ``objects`` counts those to be found.
    """

    rows: np.ndarray
    scores: np.ndarray
    outcome: np.ndarray
    truths: np.ndarray
    objects: int


def match(found: Detections, truth: Truth, label: int, threshold: float = 0.5, limit: int | None = None) -> Matches:
    """Match the detections of a class in one picture, the best ``limit`` of them."""
    own, real = np.flatnonzero(found.labels == label), np.flatnonzero(truth.labels == label)
    rows = own[np.argsort(-found.scores[own], kind="stable")][:limit]
    ignore, boxes = truth.ignore[real], found.boxes[rows]
    overlap, once = iou(boxes, truth.boxes[real]), np.zeros(len(ignore), bool)
    if truth.crowd is not None:
        crowd = truth.crowd[real]
        overlap[:, crowd] = share_inside(boxes, truth.boxes[real][crowd])
        once = ~crowd
    outcome, taken = _match(overlap, ignore, once, threshold)
    places = np.where(taken >= 0, real[taken] if len(real) else -1, -1)
    return Matches(rows, found.scores[rows], outcome, places, int((~ignore).sum()))


def _judged(detections, truths, label: int, threshold: float, counts, limit: int | None) -> list[Matches]:
    """Per picture; with ``counts``, unmatched boxes for which it is false are ignored."""
    judged = []
    for found, truth in zip(detections, truths):
        matches = match(found, truth, label, threshold, limit)
        if counts is not None and len(matches.rows):
            matches.outcome[(matches.outcome == FALSE) & ~counts(found.boxes[matches.rows])] = IGNORED
        judged.append(matches)
    return judged


def _of_class(judged: Sequence[Matches]) -> float:
    """AP of a class over pictures; NaN without an object to find."""
    total = sum(matches.objects for matches in judged)
    if total == 0:
        return float("nan")
    scores, outcome = (np.concatenate([getattr(matches, name) for matches in judged]) for name in ("scores", "outcome"))
    counted = outcome != IGNORED
    return _area(scores[counted], outcome[counted] == HIT, total)


def _match(overlap: np.ndarray, ignore: np.ndarray, once: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Outcome and column per detection (rows of ``overlap``, best score first), -1 for none.

    An ignored truth may be matched many times, unless it counts ``once``. Of equally good ones the last is matched.
    """
    outcome, taken = np.full(len(overlap), FALSE), np.full(len(overlap), -1)
    free = np.ones(len(ignore), bool)
    for row, values in enumerate(overlap):
        for kind, result in ((~ignore, HIT), (ignore, IGNORED)):
            possible = np.flatnonzero(kind & free & (values >= threshold))
            if len(possible):
                best = possible[::-1][values[possible[::-1]].argmax()]
                outcome[row], taken[row] = result, best
                free[best] = not (once[best] or result == HIT)
                break
    return outcome, taken


def _area(scores: np.ndarray, hits: np.ndarray, total: int) -> float:
    order = np.argsort(-scores, kind="stable")
    true = np.cumsum(hits[order])
    recall = true / total
    precision = true / np.arange(1, len(order) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    index = np.searchsorted(recall, RECALL_LEVELS, side="left")
    return float(np.where(index < len(envelope), np.append(envelope, 0.0)[np.minimum(index, len(envelope))], 0.0).mean())
