"""From a decoded picture to network input (spec section 1)."""

from dataclasses import dataclass
from typing import Tuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

MEAN = (123.675, 116.28, 103.53)  # RGB
STD = (58.395, 57.12, 57.375)


@dataclass(frozen=True)
class NetworkInput:
    """One picture, ready for the detector."""

    image: Tensor  # [1, 3, H, W] normalised RGB
    image_size: Tuple[int, int]  # height and width before padding
    scale: Tuple[float, float]  # network pixels per source pixel, horizontal and vertical


def normalise(image: Tensor) -> Tensor:
    """RGB 0..255, [..., H, W, 3] of any type -> float32 [..., 3, H, W], mean 0 and deviation 1 on ImageNet."""
    *leading, height, width, channel = range(image.dim())
    image = image.permute(*leading, channel, height, width).float()
    mean, std = (image.new_tensor(values)[:, None, None] for values in (MEAN, STD))
    return (image - mean) * (1 / std)


def fitted_size(width: int, height: int, limits: Tuple[int, int]) -> Tuple[int, int]:
    """Largest size of the same shape within `limits` (long side, short side), enlarging allowed."""
    if width < 1 or height < 1:
        raise ValueError(f"picture must have pixels, its size is {width} x {height}")
    scale = min(max(limits) / max(width, height), min(limits) / min(width, height))
    return int(width * scale + 0.5), int(height * scale + 0.5)


def prepare(picture: np.ndarray, limits: Tuple[int, int], multiple: int = 16) -> NetworkInput:
    """Resize, normalise and pad.

    :param picture: uint8 [h, w, 3], BGR as OpenCV decodes
    """
    import cv2

    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"picture must be uint8 [h, w, 3], not {picture.dtype} {list(picture.shape)}")
    source_height, source_width = picture.shape[:2]
    width, height = fitted_size(source_width, source_height, limits)
    resized = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    image = normalise(torch.from_numpy(resized[:, :, ::-1].copy()))
    image = F.pad(image, (0, -width % multiple, 0, -height % multiple))
    return NetworkInput(image[None], (height, width), (width / source_width, height / source_height))
