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


@dataclass(frozen=True)
class Part:
    """What a measure asks for: objects that it does not, ``ignore`` (n,) bool per picture, count neither for nor against.

    ``counts`` maps boxes (n, 4) to bool (n,): unmatched detections for which it is false are ignored too, as COCO does for size
    ranges.
    """

    ignore: Sequence[np.ndarray]
    counts: Callable[[np.ndarray], np.ndarray] | None = None


def average_precision(
    detections: Sequence[Detections],
    truths: Sequence[Truth],
    classes: int,
    threshold: float = 0.5,
    counts: Callable[[np.ndarray], np.ndarray] | None = None,
    limit: int | None = None,
) -> AveragePrecision:
    """AP per class at an IoU threshold over pictures given in the same order in both sequences.

    ``counts`` as in `Part`. ``limit`` keeps the best so many detections of each class and picture.
    """
    part = Part([truth.ignore for truth in truths], counts)
    return average_precisions(detections, truths, classes, [threshold], [part], limit)[0][0]


def average_precisions(
    detections: Sequence[Detections],
    truths: Sequence[Truth],
    classes: int,
    thresholds: Sequence[float],
    parts: Sequence[Part],
    limit: int | None = None,
) -> list[list[AveragePrecision]]:
    """`average_precision` of every part at every threshold, from overlaps that are computed once.

    What the truths themselves ignore is the parts' affair.
    """
    if len(detections) != len(truths):
        raise ValueError(f"{len(detections)} pictures with detections, {len(truths)} with truth: give one of each per picture")
    found, real = _Rows.of(detections, limit, by_score=True), _Rows.of(truths)
    ignored = np.array([_joined(part.ignore, bool)[real.order] for part in parts])
    outside = [None if part.counts is None else _outside(detections, part)[found.order] for part in parts]
    objects = np.array([[(~ignore[real.of_class(label)]).sum() for label in range(classes)] for ignore in ignored], np.int64)
    areas = np.full((len(parts), len(thresholds), classes), np.nan)
    for label in np.flatnonzero(objects.sum(0)):
        own = found.of_class(label)
        outcome = _outcomes(detections, truths, found, real, label, ignored, np.asarray(thresholds))
        ranked = np.argsort(-found.scores[own], kind="stable")
        for number in np.flatnonzero(objects[:, label]):
            if outside[number] is not None:
                outcome[number][(outcome[number] == FALSE) & outside[number][own]] = IGNORED
            for at, one in enumerate(outcome[number][:, ranked]):
                areas[number, at, label] = _area(one[one != IGNORED] == HIT, objects[number, label])
    return [[AveragePrecision(area, counted) for area in of_part] for of_part, counted in zip(areas, objects)]


def resampled_means(
    detections: Sequence[Detections], truths: Sequence[Truth], classes: int, rounds: int = 300, seed: int = 0, threshold: float = 0.5
) -> np.ndarray:
    """mAP (rounds,) of pictures drawn with replacement, as many as there are; their deviation is the standard error.

    The same ``seed`` draws the same pictures, so that the differences of two detectors on them are paired.
    Source: Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979.
    """
    judged = [[match(d, t, label, threshold) for d, t in zip(detections, truths)] for label in range(classes)]
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
    ignore = truth.ignore[real]
    overlap, once = _overlap(found.boxes[rows], truth, real)
    outcome, taken = (part[0, 0] for part in _match(overlap, ignore[None], once, np.array([threshold])))
    places = np.where(taken >= 0, real[taken] if len(real) else -1, -1)
    return Matches(rows, found.scores[rows], outcome, places, int((~ignore).sum()))


@dataclass(frozen=True)
class _Rows:
    """Detections or truths of all pictures, by class, picture and, where wanted, falling score.

    ``order`` (n,) are their places in all pictures' one after the other, ``places`` (n,) those in their own ``pictures`` (n,).
    """

    order: np.ndarray
    labels: np.ndarray
    pictures: np.ndarray
    places: np.ndarray
    scores: np.ndarray

    @staticmethod
    def of(content: Sequence[Detections] | Sequence[Truth], limit: int | None = None, by_score: bool = False) -> "_Rows":
        """``limit`` keeps the first so many of each class and picture."""
        counts = np.array([len(one.labels) for one in content], np.int64)
        labels, pictures = _joined([one.labels for one in content], float), np.repeat(np.arange(len(content)), counts)
        places = np.arange(len(labels)) - np.repeat(counts.cumsum() - counts, counts)
        scores = _joined([one.scores for one in content], float) if by_score else np.zeros(len(labels))
        order = np.lexsort((-scores, pictures, labels))
        rows = _Rows(order, labels[order], pictures[order], places[order], scores[order])
        return rows if limit is None else rows._first(limit)

    def of_class(self, label: int) -> slice:
        return slice(*np.searchsorted(self.labels, (label, label + 1)))

    def by_picture(self, label: int) -> dict[int, slice]:
        """Rows of a class in every picture that has any."""
        own = self.of_class(label)
        pictures, starts = np.unique(self.pictures[own], return_index=True)
        ends = np.append(starts[1:], own.stop - own.start)
        return {picture: slice(own.start + a, own.start + b) for picture, a, b in zip(pictures.tolist(), starts.tolist(), ends.tolist())}

    def _first(self, limit: int) -> "_Rows":
        new = np.ones(len(self.order), bool)
        new[1:] = (np.diff(self.labels) != 0) | (np.diff(self.pictures) != 0)
        starts = np.flatnonzero(new)
        rank = np.arange(len(new)) - np.repeat(starts, np.diff(np.append(starts, len(new))))
        kept = rank < limit
        return _Rows(*(getattr(self, name)[kept] for name in ("order", "labels", "pictures", "places", "scores")))


def _outcomes(
    detections, truths, found: _Rows, real: _Rows, label: int, ignored: np.ndarray, thresholds: np.ndarray
) -> np.ndarray:
    """What became (parts, thresholds, n) of the n detections of a class, ``ignored`` (parts, all truths) being known."""
    own, there = found.of_class(label), found.by_picture(label)
    outcome = np.full((len(ignored), len(thresholds), own.stop - own.start), FALSE, np.int8)
    for picture, objects in real.by_picture(label).items():
        if picture in there:
            rows = there[picture]
            overlap, once = _overlap(detections[picture].boxes[found.places[rows]], truths[picture], real.places[objects])
            part = slice(rows.start - own.start, rows.stop - own.start)
            outcome[:, :, part] = _match(overlap, ignored[:, objects], once, thresholds)[0]
    return outcome


def _outside(detections: Sequence[Detections], part: Part) -> np.ndarray:
    """Whether detections, all pictures' one after the other, do not count where they match nothing."""
    return ~_joined([part.counts(found.boxes) for found in detections], bool)


def _overlap(boxes: np.ndarray, truth: Truth, objects: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Overlap (n, m) of boxes (n, 4) with objects (m,) of a picture, and which of these count once (m,) when ignored."""
    wanted = truth.boxes[objects]
    overlap, once = iou(boxes, wanted), np.zeros(len(objects), bool)
    if truth.crowd is not None:
        crowd = truth.crowd[objects]
        overlap[:, crowd] = share_inside(boxes, wanted[crowd])
        once = ~crowd
    return overlap, once


def _joined(arrays: Sequence[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate([np.zeros(0, kind), *arrays]).astype(kind, copy=False)


def _of_class(judged: Sequence[Matches]) -> float:
    """AP of a class over pictures; NaN without an object to find."""
    total = sum(matches.objects for matches in judged)
    if total == 0:
        return float("nan")
    scores, outcome = (np.concatenate([getattr(matches, name) for matches in judged]) for name in ("scores", "outcome"))
    outcome = outcome[np.argsort(-scores, kind="stable")]
    return _area(outcome[outcome != IGNORED] == HIT, total)


def _match(overlap: np.ndarray, ignore: np.ndarray, once: np.ndarray, thresholds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Outcome and column (parts, thresholds, n) of n detections (rows of ``overlap``, best score first), column -1 for none.

    ``ignore`` is (parts, m). An ignored truth may be matched many times, unless it counts ``once``. Of equally good ones the
    last is matched.
    """
    shape = len(ignore), len(thresholds)
    outcome, taken = np.full((*shape, len(overlap)), FALSE, np.int8), np.full((*shape, len(overlap)), -1)
    if not overlap.size:
        return outcome, taken
    last = len(once) - 1
    free, wanted = np.ones((*shape, last + 1), bool), ~ignore[:, None]
    for row in np.flatnonzero(overlap.max(1) >= thresholds.min()):
        values = overlap[row]
        possible = free & (values >= thresholds[:, None])
        for kind, result in ((wanted, HIT), (~wanted, IGNORED)):
            candidates = possible & kind
            at = np.nonzero(candidates.any(2) & (outcome[:, :, row] == FALSE))
            if len(at[0]):
                best = last - np.where(candidates[at], values, -1)[:, ::-1].argmax(1)
                outcome[(*at, row)], taken[(*at, row)] = result, best
                free[(*at, best)] = (result == IGNORED) & ~once[best]
    return outcome, taken


def _area(hits: np.ndarray, total: int) -> float:
    """Area under the curve of detections, best first, of which some are hits (n,), with ``total`` objects to find."""
    true = np.cumsum(hits)
    recall = true / total
    precision = true / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    index = np.searchsorted(recall, RECALL_LEVELS, side="left")
    return float(np.where(index < len(envelope), np.append(envelope, 0.0)[np.minimum(index, len(envelope))], 0.0).mean())
