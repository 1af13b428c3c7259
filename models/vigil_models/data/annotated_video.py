"""Annotated pictures and videos of stored data sets, whatever their layout, and which frames support a key frame.

Boxes are x1, y1, x2, y2 in pixels of the stored picture. Frames of a video are numbered from 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Sequence

import numpy as np

REACH = 9
"""Frames to either side of a key frame from which its training supports are drawn."""


@dataclass(frozen=True)
class Objects:
    """Objects of one picture: ``boxes`` float32 (n, 4), ``labels`` int64 (n,), ``tracks`` int64 (n,), -1 where unknown,
    ``ignore`` bool (n,) for crowds and the like."""

    boxes: np.ndarray
    labels: np.ndarray
    tracks: np.ndarray
    ignore: np.ndarray

    @staticmethod
    def of(rows: Sequence[tuple[Sequence[float], int, int, bool]]) -> "Objects":
        """From (box, label, track, ignore) per object."""
        return Objects(
            np.array([row[0] for row in rows], np.float32).reshape(-1, 4),
            np.array([row[1] for row in rows], np.int64),
            np.array([row[2] for row in rows], np.int64),
            np.array([row[3] for row in rows], bool),
        )

    def renumbered(self, numbers: np.ndarray) -> "Objects":
        """With label ``numbers[i]`` for i, without those for which it is negative."""
        labels = numbers[self.labels]
        kept = labels >= 0
        return Objects(self.boxes[kept], labels[kept], self.tracks[kept], self.ignore[kept])


@dataclass(frozen=True)
class Video:
    """Frames of one video, annotated or not. A still picture is a video of one frame."""

    name: str
    length: int
    path: Callable[[int], Path]  # of the picture with this number


@dataclass(frozen=True)
class AnnotatedFrame:
    """A frame with what is known about it. ``number`` counts the frames that the set lists; ``frame_id`` is the set's own number,
    None where it has none."""

    video: Video
    number: int
    size: tuple[int, int]  # width, height
    objects: Objects
    frame_id: int | None = None

    @property
    def path(self) -> Path:
        return self.video.path(self.number)


@dataclass(frozen=True)
class AnnotatedSet:
    """Annotated frames of a data set with their class names."""

    labels: tuple[str, ...]
    frames: tuple[AnnotatedFrame, ...]

    def worth_learning(self, min_side: int = 32) -> "AnnotatedSet":
        """Without pictures that have no objects or a side shorter than ``min_side``, as the published recipe has it."""
        kept = [f for f in self.frames if min(f.size) >= min_side and (~f.objects.ignore).any()]
        return AnnotatedSet(self.labels, tuple(kept))

    def of_classes(self, labels: Sequence[str]) -> "AnnotatedSet":
        """With these classes, found by name; objects of other classes are dropped, so they count as background."""
        if tuple(labels) == self.labels:
            return self
        numbers = np.array([labels.index(name) if name in labels else -1 for name in self.labels], np.int64)
        return AnnotatedSet(tuple(labels), tuple(replace(f, objects=f.objects.renumbered(numbers)) for f in self.frames))

    def classes_seen(self) -> list[str]:
        """Those that have objects."""
        seen = set().union(*(frame.objects.labels.tolist() for frame in self.frames))
        return [name for number, name in enumerate(self.labels) if number in seen]

    def __add__(self, other: "AnnotatedSet") -> "AnnotatedSet":
        """Both sets, one after the other; ValueError when their classes differ."""
        if self.labels != other.labels:
            raise ValueError(f"the sets name other classes: {self.labels} and {other.labels}")
        return AnnotatedSet(self.labels, self.frames + other.frames)


def bilateral_supports(frame: AnnotatedFrame, random: np.random.Generator, reach: int = REACH) -> list[int]:
    """Training supports: one frame before and one after the key frame, each within ``reach``.

    At an end of the video one side may be empty. A still picture supports itself, twice.
    """
    if frame.video.length == 1:
        return [frame.number] * 2
    before = range(max(0, frame.number - reach), frame.number)
    after = range(frame.number + 1, min(frame.video.length, frame.number + reach + 1))
    return [int(random.choice(side)) for side in (before, after) if side]
