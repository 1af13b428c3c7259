"""Pictures as a package wants them (docs/model-package.md, input.resize)."""

import math
from typing import NamedTuple, Tuple

import cv2
import numpy as np

from ..modeling.tra.preprocess import fitted_size

PADDING = (124, 116, 104)  # RGB, the mean colour


class Fitted(NamedTuple):
    """A picture for the network."""

    picture: np.ndarray  # uint8 RGB [H, W, 3]
    size: Tuple[int, int]  # height, width before padding


def fit(picture: np.ndarray, size: Tuple[int, int], resize: str, multiple: int) -> Fitted:
    """uint8 RGB [h, w, 3] -> what `resize` (fit, crop or stretch) makes of it for `size` = (width, height)."""
    if resize == "fit":
        return _padded(_resized(picture, fitted_size(picture.shape[1], picture.shape[0], size)), multiple)
    if resize == "stretch":
        return Fitted(_resized(picture, size), size[::-1])
    if resize == "crop":
        return Fitted(_cropped(picture, size), size[::-1])
    raise ValueError(f"resize is {resize!r}, it must be fit, crop or stretch")


def _resized(picture: np.ndarray, size: Tuple[int, int]) -> np.ndarray:
    return cv2.resize(picture, tuple(size), interpolation=cv2.INTER_LINEAR)


def _padded(picture: np.ndarray, multiple: int) -> Fitted:
    height, width = picture.shape[:2]
    padded = cv2.copyMakeBorder(picture, 0, -height % multiple, 0, -width % multiple, cv2.BORDER_CONSTANT, value=PADDING)
    return Fitted(padded, (height, width))


def _cropped(picture: np.ndarray, size: Tuple[int, int]) -> np.ndarray:
    width, height = size
    shorter = math.floor(height * 8 / 7 + 0.5)
    scale = shorter / min(picture.shape[:2])
    scaled = _resized(picture, tuple(math.floor(side * scale + 0.5) for side in picture.shape[1::-1]))
    top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
    return scaled[top : top + height, left : left + width]
