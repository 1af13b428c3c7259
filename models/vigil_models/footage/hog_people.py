"""OpenCV's people detector, a baseline that needs no training: HOG features with a linear SVM, over an image pyramid.

Source: Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection", CVPR 2005; the weights are OpenCV's default.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Iterator, Sequence

import cv2
import numpy as np
import torch
from torchvision.ops import nms

from ..evaluation.detection import Detections

WINDOW, MARGIN = (64, 128), 16
"""Pixels of the detector's window and of the margin around the person in it, on which it was trained. The margin is cut off:
with it hardly a box matches at IoU 0.5."""
NMS_IOU = 0.4


@dataclass(frozen=True)
class HogSettings:
    """``enlarged``: factor on the picture, for people lower than the window; ``hit``: least distance from the SVM's plane;
    ``step``: between the pyramid's levels; ``padding``: pixels around the picture; ``grouped``: OpenCV's own merging of
    neighbours (2 at least), else greedy suppression from IoU 0.4."""

    enlarged: float
    hit: float
    grouped: bool
    step: float = 1.05
    padding: int = 8

    def __str__(self) -> str:
        merging = "grouped" if self.grouped else "suppressed"
        return f"{self.enlarged:g}x, hit threshold {self.hit:g}, {merging}, scale step {self.step:g}, padding {self.padding}"


def search(score: Callable[[HogSettings], float]) -> HogSettings:
    """The settings with the best score: first over sizes and merging, then over steps and padding of the best of these.

    Suppression keeps every box's own distance from the plane, so one low threshold serves it.
    """
    merging = ((True, 0.0), (True, 0.3), (False, -0.3))
    first = {chosen: score(chosen) for chosen in (HogSettings(e, hit, grouped) for e in (1.0, 1.5, 2.0) for grouped, hit in merging)}
    best = max(first, key=first.get)
    varied = [replace(best, step=step, padding=padding) for step, padding in ((1.03, 8), (1.05, 16), (1.03, 16))]
    scores = {**first, **{chosen: score(chosen) for chosen in varied}}
    return max(scores, key=scores.get)


def detect_people(images: Sequence[np.ndarray], chosen: HogSettings, label: int = 0) -> Iterator[Detections]:
    """Detections in images, each uint8 RGB (h, w, 3), in pixels of the image."""
    hog = cv2.HOGDescriptor()
    hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
    for image in images:
        picture = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), None, fx=chosen.enlarged, fy=chosen.enlarged)
        windows, scores = hog.detectMultiScale(
            picture,
            hitThreshold=chosen.hit,
            winStride=(8, 8),
            padding=(chosen.padding, chosen.padding),
            scale=chosen.step,
            groupThreshold=2 if chosen.grouped else 0,
        )
        yield _detections(np.array(windows, float).reshape(-1, 4), np.array(scores, float).reshape(-1), chosen, label)


def _detections(windows: np.ndarray, scores: np.ndarray, chosen: HogSettings, label: int) -> Detections:
    """From windows (n, 4) x, y, width, height in the enlarged picture."""
    corners, size = windows[:, :2], windows[:, 2:]
    cut = size * np.divide(MARGIN, WINDOW)
    boxes = np.concatenate((corners + cut, corners + size - cut), 1) / chosen.enlarged
    kept = np.arange(len(boxes)) if chosen.grouped else nms(torch.from_numpy(boxes), torch.from_numpy(scores), NMS_IOU).numpy()
    return Detections(boxes[kept], scores[kept], np.full(len(kept), label))
