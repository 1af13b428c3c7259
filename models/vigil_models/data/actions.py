"""Labelled clips for the recognizer, drawn from staged actions as a sliding window would see them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vigil_models.data.seeds import scene_seed
from vigil_models.world.stage import ACTIONS, StagedAction, stage_action

ACTION_LABELS = ACTIONS
"""standing, walking, sitting down, standing up, picking up, putting down, entering, leaving, falling."""


_AROUND_GRASP = 1.1
"""Steps from a clip's first frame to the grasp, and from there to its last, at least: room for two frames that jitter."""

KEYPOINTS = ("head", "pelvis", "hands", "feet")


@dataclass(frozen=True)
class AnnotatedClip:
    """A clip with what the renderer knows about its principal person.

    ``images`` uint8 RGB (T, H, W, 3); ``label`` indexes `ACTION_LABELS`; ``keypoints`` float32 (T, 4, 2) are x, y of
    `KEYPOINTS` as shares of the picture's width and height (outside [0, 1] when out of view); ``visible`` float32
    (T,) is the share of the person that is seen; ``stature`` is the person's upright height as a share of the
    picture's.
    """

    images: np.ndarray
    label: int
    keypoints: np.ndarray
    visible: np.ndarray
    stature: float


@dataclass(frozen=True)
class ActionClips:
    """Endless, indexable clips; ``clip(i)`` depends on nothing but the arguments and i.

    ``size`` is (width, height) in pixels; ``frames`` are sampled about ``interval_ms`` apart. The label is the
    action that fills most of the window, and a clip of picking up or putting down shows two frames before the grasp and
    two after it. ``speed`` is the range of the principal's tempo, as a factor on the
    interval.
    """

    seed_base: int
    size: tuple[int, int] = (160, 112)
    frames: int = 8
    interval_ms: float = 250
    speed: tuple[float, float] = (0.85, 1.2)

    def __post_init__(self) -> None:
        if self.frames < 2:
            raise ValueError(f"frames is {self.frames}; an action needs at least 2 frames")
        if self.interval_ms <= 0:
            raise ValueError(f"interval_ms is {self.interval_ms}; it must be positive")

    def clip(self, index: int) -> tuple[np.ndarray, int]:
        """The index-th clip, uint8 RGB (T, H, W, 3), and its label."""
        annotated = self.annotated(index)
        return annotated.images, annotated.label

    def annotated(self, index: int) -> AnnotatedClip:
        """The index-th clip with the principal's keypoints."""
        drawn = self._draw(index)
        staged = drawn.staged
        frames = [staged.scene.render(t) for t in drawn.times]
        images = np.stack([cv2.resize(f.image, self.size, interpolation=cv2.INTER_AREA) for f in frames])
        track = staged.scene.actors.index(staged.principal)
        visible = np.array([f.visible[f.tracks == track].sum() for f in frames], np.float32)
        keypoints = np.stack([staged.keypoints(t) for t in drawn.times])
        if drawn.mirrored:
            images = np.ascontiguousarray(images[:, :, ::-1])
            keypoints[..., 0] = 1 - keypoints[..., 0]
        return AnnotatedClip(images, drawn.label, keypoints, visible, staged.stature)

    def surroundings(self, index: int, count: int) -> tuple[np.ndarray, np.ndarray]:
        """``count`` frames before and after the index-th clip as a camera would have seen them, each uint8 RGB (count, H, W, 3).

        The principal stands in its first and last pose where its script has not begun or has ended.
        """
        drawn = self._draw(index)
        steps = drawn.step * np.arange(1, count + 1)

        def seen(times: np.ndarray) -> np.ndarray:
            frames = [drawn.staged.scene.render(float(t)) for t in times]
            images = np.stack([cv2.resize(f.image, self.size, interpolation=cv2.INTER_AREA) for f in frames])
            return np.ascontiguousarray(images[:, :, ::-1]) if drawn.mirrored else images

        return seen(drawn.times[0] - steps[::-1]), seen(drawn.times[-1] + steps)

    def _draw(self, index: int) -> _Drawn:
        seed = scene_seed(self.seed_base, index)
        rng = np.random.default_rng((seed, 5))
        label = int(rng.integers(len(ACTIONS)))
        width, height = self.size
        canvas = (int(round(width * rng.uniform(0.9, 1.25))), height)
        staged = stage_action(seed, canvas, ACTIONS[label])
        step = self.interval_ms / 1000 * rng.uniform(*self.speed)
        span = step * (self.frames - 1)
        first = _window_start(rng, staged.start, staged.end, span)
        if staged.grasp is not None:
            margin = min(_AROUND_GRASP * step, span / 2)
            first = float(np.clip(first, staged.grasp + margin - span, staged.grasp - margin))
        times = (first + step * (np.arange(self.frames) + rng.normal(0, 0.03, self.frames))).tolist()
        return _Drawn(staged, label, times, step, mirrored=bool(rng.random() < 0.5))


@dataclass(frozen=True)
class _Drawn:
    """What is drawn of a clip before anything is rendered."""

    staged: StagedAction
    label: int
    times: list[float]  # of the frames, seconds
    step: float  # between them, seconds
    mirrored: bool


def _window_start(rng: np.random.Generator, start: float, end: float, span: float) -> float:
    """Start of a window of ``span`` seconds that the action from start to end fills mostly.

    The window holds at least 85 % of a short action, or is filled to at least 70 % by a long one.
    """
    length = end - start
    overlap = min(0.85 * length, 0.7 * span)
    return rng.uniform(start + overlap - span, end - overlap)
