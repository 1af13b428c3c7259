"""Sequences of frames with boxes, for the detector: support frames followed by their key frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np

from vigil_models.data.seeds import scene_seed
from vigil_models.world.disturbance import Schedule, never
from vigil_models.world.scene import LABELS
from vigil_models.world.street import street_scene

DETECTION_LABELS = LABELS
"""person, car, truck, bicycle, dog; label i is the i-th."""


@dataclass(frozen=True)
class DetectionSequence:
    """F frames of one camera in order of time; the last is the key frame, the others are its support frames.

    ``images`` is uint8 RGB (F, H, W, 3). For every frame: ``boxes`` float32 (n, 4) as x1, y1, x2, y2 in pixels
    around what is visible, ``labels`` int64 (n,), ``ignore`` bool (n,) for objects too hidden or small to be
    judged, ``visible`` float32 (n,) in (0, 1], ``smear`` float32 (n,), the motion blur in pixels (None where an
    older cache did not keep it). ``times_ms`` int64 (F,) starts at 0. ``disturbances``: what spoils each frame, as
    `Frame.disturbance` (None where an older cache did not keep it).
    """

    images: np.ndarray
    boxes: list[np.ndarray]
    labels: list[np.ndarray]
    ignore: list[np.ndarray]
    times_ms: np.ndarray
    visible: list[np.ndarray]
    smear: list[np.ndarray] | None = None
    disturbances: list[str] | None = None


@dataclass(frozen=True)
class DetectionSequences:
    """Endless, indexable street sequences; ``sequence(i)`` depends on nothing but the arguments and i.

    ``size`` is (width, height) in pixels, ``frames`` counts the key frame. ``interval_ms`` is the range from which
    a sequence draws its support interval: support frames stand one interval apart, and the key frame follows the
    last of them by any part of an interval, as it does when a service keeps one support frame per slot of time. ``disturb``
    makes the schedule of what spoils the pictures of a seed (`world.disturbance`).
    """

    seed_base: int
    size: tuple[int, int] = (384, 288)
    frames: int = 4
    interval_ms: tuple[int, int] = (300, 2000)
    disturb: Callable[[int], Schedule] = never

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise ValueError(f"frames is {self.frames}; a sequence has at least its key frame")
        low, high = self.interval_ms
        if not 0 < low <= high:
            raise ValueError(f"interval_ms is {self.interval_ms}; give (shortest, longest) with 0 < shortest <= longest")

    def sequence(self, index: int) -> DetectionSequence:
        """The index-th sequence."""
        seed = scene_seed(self.seed_base, index)
        rng = np.random.default_rng((seed, 2))
        interval = rng.uniform(*self.interval_ms)
        times = np.arange(self.frames) * interval
        times[-1] -= rng.uniform(0.0, 0.9) * interval if self.frames > 1 else 0.0
        times_ms = np.rint(times).astype(np.int64)
        # What was staged around t = 0 is shared between the supports and the key frame.
        start = -times_ms[-1] * rng.uniform(0.4, 1.0)
        scene = street_scene(seed, self.size, self.disturb)
        frames = [scene.render((start + t) / 1000) for t in times_ms.tolist()]
        return DetectionSequence(
            images=np.stack([f.image for f in frames]),
            boxes=[f.boxes for f in frames],
            labels=[f.labels for f in frames],
            ignore=[f.ignore for f in frames],
            times_ms=times_ms,
            visible=[f.visible for f in frames],
            smear=[f.smear for f in frames],
            disturbances=[f.disturbance for f in frames],
        )


@dataclass(frozen=True)
class DetectionVideos:
    """Endless, indexable street videos with frames before and after a key frame, to compare choices of support frames.

    ``size`` is (width, height) in pixels. A video has an odd number of ``frames``, ``interval_ms`` apart; the middle one,
    at the scene's time 0, is the key frame. ``sequence(i)`` depends on nothing but the arguments and i. With `staged` as
    ``disturb``, every key frame is disturbed, and so are at most three of the frames before it.
    """

    seed_base: int
    size: tuple[int, int] = (384, 288)
    frames: int = 29
    interval_ms: int = 500
    disturb: Callable[[int], Schedule] = never

    def __post_init__(self) -> None:
        if self.frames < 1 or self.frames % 2 == 0:
            raise ValueError(f"frames is {self.frames}; give an odd number, so that there is a middle one")

    def sequence(self, index: int) -> DetectionSequence:
        """The index-th video; all frames are annotated."""
        scene = street_scene(scene_seed(self.seed_base, index), self.size, self.disturb)
        times_ms = np.arange(self.frames) * self.interval_ms
        frames = [scene.render((t - times_ms[self.frames // 2]) / 1000) for t in times_ms.tolist()]
        return DetectionSequence(
            images=np.stack([f.image for f in frames]),
            boxes=[f.boxes for f in frames],
            labels=[f.labels for f in frames],
            ignore=[f.ignore for f in frames],
            times_ms=times_ms,
            visible=[f.visible for f in frames],
            smear=[f.smear for f in frames],
            disturbances=[f.disturbance for f in frames],
        )
