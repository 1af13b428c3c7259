"""Frames of footage with what was found, missed and falsely seen drawn on them."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

import cv2
import numpy as np

from ..data.video_file import read_frames
from ..engine.video_detection import truth_of
from ..evaluation.detection import FALSE, HIT, Detections, Truth, match
from .measures import IOU
from .truth import FootageTruth

FOUND, WRONG, MISSED, UNJUDGED = (80, 220, 80), (255, 70, 70), (255, 215, 40), (160, 160, 160)
QUALITY = 80


def draw_pictures(found: Sequence[Detections], truth: FootageTruth, video: Path, folder: Path) -> list[Path]:
    """A JPEG of every labelled frame of the truth's only video, in the order of the frames.

    Found objects are green with their scores, false detections red, missed objects yellow, what is not judged grey.
    """
    if len(truth.videos) != 1:
        raise ValueError(f"the truth is of {len(truth.videos)} videos; pictures are drawn for a truth of one")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    images = read_frames(video, truth.videos[0].frame_ids, strict=True)
    for frame, image, detections in zip(truth.frames, images, found):
        draw_frame(image, detections, truth_of(frame), len(truth.labels))
        paths.append(folder / f"{truth.videos[0].name}-{frame.frame_id:06d}.jpg")
        if not cv2.imwrite(str(paths[-1]), cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]):
            raise ValueError(f"cannot write {paths[-1]}")
    return paths


def draw_frame(image: np.ndarray, found: Detections, truth: Truth, classes: int) -> None:
    """Draw on an image, uint8 RGB (h, w, 3)."""
    missed = ~truth.ignore
    for box in truth.boxes[truth.ignore]:
        _box(image, box, UNJUDGED)
    for label in range(classes):
        matches = match(found, truth, label, IOU)
        missed[matches.truths[matches.outcome == HIT]] = False
        for row, outcome in zip(matches.rows, matches.outcome):
            colour = {HIT: FOUND, FALSE: WRONG}.get(outcome, UNJUDGED)
            _box(image, found.boxes[row], colour, f"{found.scores[row]:.2f}")
    for box in truth.boxes[missed]:
        _box(image, box, MISSED)


def _box(image: np.ndarray, box: np.ndarray, colour: tuple, text: str = "") -> None:
    x1, y1, x2, y2 = np.rint(box).astype(int).tolist()
    cv2.rectangle(image, (x1, y1), (x2, y2), colour, 2)
    cv2.putText(image, text, (x1, max(y1 - 4, 10)), cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)
