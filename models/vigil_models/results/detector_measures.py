"""mAP@50 of a detector on videos of the synthetic world, per subset of objects and choice of support frames."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Callable, Mapping, Sequence, TypeVar

import numpy as np
import torch
from torch import Tensor

from ..data.detection import DetectionSequence
from ..engine.detector_evaluation import MIN_HEIGHT
from ..evaluation.detection import Detections, Truth, average_precision, resampled_means
from ..evaluation.subsets import SUBSETS, truths_by_subset
from ..modeling.tra import TRA, Support
from ..modeling.tra.postprocess import select
from ..modeling.tra.preprocess import normalise
from .support_choices import Choice

T = TypeVar("T")


@torch.no_grad()
def measure(model: TRA, videos: Sequence[DetectionSequence], choices: Mapping[str, Choice]) -> dict[str, dict[str, float]]:
    """For every choice the mAP@50 of all `SUBSETS`, and ``ms``: the median time of the key frame's part.

    ``SUBSET error`` is the standard error that the choice of the videos leaves, ``gain`` the mAP@50 of all objects less that of
    the first choice, ``gain error`` the standard error of this difference on the same videos. The key frame, the middle
    one, is always its own last support. What a frame contributes is computed once for all choices.
    """
    model.eval()
    found: dict[str, list[Detections]] = defaultdict(list)
    seconds: dict[str, list[float]] = defaultdict(list)
    truths: list[dict[str, Truth]] = []
    for number in range(len(videos)):
        video = videos[number]
        key = len(video.images) // 2
        parts = _Parts(model, video.images)
        truths.append(_truths(video, key))
        for name, choice in choices.items():
            numbers = [*choice(parts.features, key), key]
            parts.compute(numbers)
            started = time.perf_counter()
            found[name].append(parts.detect(key, numbers))
            seconds[name].append(time.perf_counter() - started)
    classes = len(model.config.labels)
    by_subset = {subset: [truth[subset] for truth in truths] for subset in SUBSETS}
    resampled = {n: {s: resampled_means(found[n], by_subset[s], classes) for s in SUBSETS} for n in choices}
    measures = {n: {s: average_precision(found[n], by_subset[s], classes).mean for s in SUBSETS} for n in choices}
    first = next(iter(choices))
    for name, values in measures.items():
        values.update({f"{subset} error": _deviation(resampled[name][subset]) for subset in SUBSETS})
        values["gain"] = values["all"] - measures[first]["all"]
        values["gain error"] = _deviation(resampled[name]["all"] - resampled[first]["all"])
        values["ms"] = 1000 * float(np.median(seconds[name]))
    return measures


def _deviation(values: np.ndarray) -> float:
    """Without the draws in which there was nothing to find; NaN for fewer than two."""
    defined = values[~np.isnan(values)]
    return float(defined.std(ddof=1)) if len(defined) > 1 else float("nan")


class _Lazy(Sequence[T]):
    """Values by number, each made when first asked for."""

    def __init__(self, count: int, make: Callable[[int], T]):
        self._values: list[T | None] = [None] * count
        self._make = make

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, number):
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        if self._values[number] is None:
            self._values[number] = self._make(number)
        return self._values[number]


class _Parts:
    """What depends on single frames of a video."""

    def __init__(self, model: TRA, images: np.ndarray):
        self.model = model
        device = next(model.parameters()).device
        self.image_size = torch.tensor(images.shape[1:3], dtype=torch.float32, device=device)
        self.features = _Lazy(len(images), lambda n: model.features(normalise(torch.from_numpy(images[n][None]).to(device))))
        self.proposals = _Lazy(len(images), lambda n: model.proposals(self.features[n], self.image_size)[0][:, :4])
        self.supports = _Lazy(len(images), lambda n: model.support(self.features[n], self.proposals[n]))

    def compute(self, numbers: Sequence[int]):
        """Make all that `detect` needs of these frames."""
        for number in numbers:
            self.supports[number]

    def detect(self, key: int, numbers: Sequence[int]) -> Detections:
        model, proposals = self.model, self.proposals[key]
        head = model.head(self.features[key], proposals, Support.join([self.supports[n] for n in numbers]))
        kept = select(model.boxes(proposals, head.deltas, self.image_size), head.logits.softmax(-1))
        return Detections(*(part.cpu().numpy() for part in kept))


def _truths(video: DetectionSequence, key: int) -> dict[str, Truth]:
    boxes = video.boxes[key]
    ignore = video.ignore[key] | (boxes[:, 3] - boxes[:, 1] < MIN_HEIGHT)
    disturbance = "" if video.disturbances is None else video.disturbances[key]
    return truths_by_subset(boxes, video.labels[key], ignore, video.visible[key], video.smear[key], disturbance)
