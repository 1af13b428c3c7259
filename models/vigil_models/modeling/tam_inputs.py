"""Which frames of a stored video make a clip, and how they become TANet's input (spec sections 4 and 5).

Frames are numbers, counted from 0.
"""

from typing import List, Tuple

import numpy as np
import torch
from torch import Tensor

from .tra.preprocess import normalise

DENSE_SPAN = 64  # frames that a densely sampled clip covers


def _check(length: int, segments: int):
    if length < 1 or segments < 1:
        raise ValueError(f"a video needs frames and a clip needs segments, not {length} and {segments}")


def dense(length: int, segments: int, clips: int = 1) -> List[List[int]]:
    """Kinetics: frames 64 // segments apart, wrapping in short videos; one clip in the middle or `clips` spread out."""
    _check(length, segments)
    stride = DENSE_SPAN // segments
    room = max(1, 1 + length - DENSE_SPAN)
    starts = [room // 2] if clips == 1 else _spread(room - 1, clips)
    return [[(start + i * stride) % length for i in range(segments)] for start in starts]


def uniform(length: int, segments: int, clips: int = 1) -> List[List[int]]:
    """Something-Something test: one frame from every segment, its middle or `clips` places spread over it."""
    _check(length, segments)
    width = length / segments
    if clips == 1:
        return [[int(width / 2 + width * i) for i in range(segments)]]
    return [[int(start + width * i) % length for i in range(segments)] for start in _spread(width - 1, clips)]


def uniform_validation(length: int, segments: int) -> List[List[int]]:
    """Something-Something validation: as `uniform`, but the first frame repeated where the video has no more."""
    if length <= segments:
        _check(length, segments)
        return [[0] * segments]
    return uniform(length, segments)


def dense_training(length: int, segments: int, random: np.random.Generator) -> List[int]:
    """Kinetics training: a densely sampled clip with a random start."""
    _check(length, segments)
    start = int(random.integers(length - DENSE_SPAN)) if length > DENSE_SPAN else 0
    return [(start + i * (DENSE_SPAN // segments)) % length for i in range(segments)]


def uniform_training(length: int, segments: int, random: np.random.Generator) -> List[int]:
    """Something-Something training: a random frame of every segment; the first frame repeated in shorter videos."""
    _check(length, segments)
    width = length // segments
    return [i * width + int(random.integers(width)) for i in range(segments)] if width else [0] * segments


def _spread(last: float, count: int) -> List[int]:
    return [int(start) for start in np.linspace(0, last, count, dtype=int)]


def scale_short_side(picture: np.ndarray, side: int) -> np.ndarray:
    """Shrink or enlarge so that the shorter side becomes `side`: uint8 RGB [h, w, 3]; antialiased as in training."""
    from PIL import Image

    height, width = picture.shape[:2]
    if min(height, width) == side:
        return picture
    size = (side, int(side * height / width)) if width < height else (int(side * width / height), side)
    return np.asarray(Image.fromarray(picture).resize(size, Image.BILINEAR))


def centre_crop(picture: np.ndarray, side: int) -> np.ndarray:
    """The middle square: [h, w, 3] -> [side, side, 3]."""
    height, width = picture.shape[:2]
    top, left = round((height - side) / 2), round((width - side) / 2)
    return picture[top : top + side, left : left + side]


def three_crops(picture: np.ndarray, side: int) -> List[np.ndarray]:
    """Three squares of full height: left, right, middle; of a portrait picture the middle one three times."""
    height, width = picture.shape[:2]
    step_y, step_x = (height - side) // 4, (width - side) // 4
    corners: List[Tuple[int, int]] = [(2 * step_y, left) for left in (0, 4 * step_x, 2 * step_x)]
    return [picture[top : top + side, left : left + side] for top, left in corners]


def to_clip(pictures: List[np.ndarray]) -> Tensor:
    """T pictures uint8 RGB [h, w, 3], oldest first -> network input [1, T, 3, h, w]."""
    return normalise(torch.from_numpy(np.stack(pictures)))[None]
