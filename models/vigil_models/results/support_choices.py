"""Which frames of a video support a key frame: as the service does it, as the papers do, and otherwise."""

from __future__ import annotations

from typing import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from ..modeling.tra.memory import uniform_supports

Choice = Callable[[Sequence[Tensor], int], list[int]]
"""From the feature maps [1, C, h, w] of all frames of a video and the key frame's number to the support frames' numbers,
ascending, without the key frame."""

BUDGET = 6
COUNTS = (1, 2, 4, 8, 14)
AHEADS = (1, 2, 3)


def slots(count: int) -> Choice:
    """The frames before the key frame, one a slot of time, as the service keeps them."""
    return lambda maps, key: list(range(max(0, key - count), key))


def offline(count: int) -> Choice:
    """Spread over the whole video, future included: the released test protocol."""
    return lambda maps, key: uniform_supports(len(maps), count)


def spread(count: int) -> Choice:
    """Spread over all frames before the key frame."""
    return lambda maps, key: uniform_supports(key, count) if key else []


def look_ahead(count: int, ahead: int) -> Choice:
    """Slots of which ``ahead`` lie after the key frame, so that its result comes so many slots later."""
    return lambda maps, key: [
        number for number in range(key - count + ahead, key + ahead + 1) if number != key and 0 <= number < len(maps)
    ]


def novelty(count: int) -> Choice:
    """Frames before the key frame that differ most: the latest, then always the one farthest from those chosen.

    Distance is one minus the cosine of the maps' means (Gonzalez, "Clustering to minimize the maximum intercluster
    distance", 1985).
    """

    def choose(maps: Sequence[Tensor], key: int) -> list[int]:
        if key == 0:
            return []
        described = F.normalize(torch.cat([one.mean((2, 3)) for one in maps[:key]]), dim=1)
        distance = 1 - described @ described.T
        chosen = [key - 1]
        while len(chosen) < min(count, key):
            nearest = distance[:, chosen].amin(1)
            nearest[chosen] = -1
            chosen.append(int(nearest.argmax()))
        return sorted(chosen)

    return choose


def choices() -> dict[str, Choice]:
    """By name, as the report asks for them; first the one with which the others are compared."""
    named = {f"slots {count}": slots(count) for count in dict.fromkeys((BUDGET, *COUNTS))}
    named["offline"] = offline(BUDGET)
    named.update({f"ahead {ahead}": look_ahead(BUDGET, ahead) for ahead in AHEADS})
    named["spread"], named["novelty"] = spread(BUDGET), novelty(BUDGET)
    return named
