"""Slow, medium and fast objects of ImageNet VID, by how much they move between nearby frames.

Source: Zhu et al., "Flow-Guided Feature Aggregation for Video Object Detection", ICCV 2017, section 5: the motion IoU of an
object is the mean IoU of its box with its own boxes in the nearby frames.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np

from .detection import AveragePrecision, Detections, Part, Truth, average_precisions, iou

NEARBY = 10
"""Frames to either side."""
FAST, SLOW = 0.7, 0.9
"""An object is fast below, slow above, and medium between these motion IoUs."""
SPEEDS = ("slow", "medium", "fast")


def motion_iou(boxes: Sequence[np.ndarray], tracks: Sequence[np.ndarray], nearby: int = NEARBY) -> list[np.ndarray]:
    """Motion IoU of every object of one video.

    ``boxes`` (n, 4) and ``tracks`` (n,) per frame, in order. An object that no nearby frame shows, or without a track (-1),
    has motion IoU 1: nothing says that it moves.
    """
    places = [{int(track): i for i, track in enumerate(frame) if track >= 0} for frame in tracks]
    return [
        np.array([_of_object(boxes, places, number, int(track), nearby) for track in frame], float)
        for number, frame in enumerate(tracks)
    ]


def _of_object(boxes, places, number: int, track: int, nearby: int) -> float:
    around = range(max(0, number - nearby), min(len(boxes), number + nearby + 1))
    there = [boxes[other][places[other][track]] for other in around if other != number and track in places[other]]
    if track < 0 or not there:
        return 1.0
    own = boxes[number][places[number][track]]
    return float(iou(own[None].astype(float), np.stack(there).astype(float)).mean())


def speed(motion: np.ndarray) -> np.ndarray:
    """Names of the speeds (n,) of motion IoUs (n,)."""
    return np.where(motion < FAST, "fast", np.where(motion > SLOW, "slow", "medium"))


def average_precision_by_speed(
    detections: Sequence[Detections], truths: Sequence[Truth], motion: Sequence[np.ndarray], classes: int, threshold: float = 0.5
) -> dict[str, AveragePrecision]:
    """AP over the objects of each speed; those of other speeds are ignored.

    ``motion`` is the motion IoU (n,) of the objects of every picture.
    """
    parts = [Part([t.only(speed(m) == name).ignore for t, m in zip(truths, motion)]) for name in SPEEDS]
    found = average_precisions(detections, truths, classes, [threshold], parts)
    return {name: ap for name, (ap,) in zip(SPEEDS, found)}
