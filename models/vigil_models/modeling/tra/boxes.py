"""Box arithmetic without +1 anywhere: width is x2 - x1 (spec section 8)."""

import math
from typing import Sequence

import torch
from torch import Tensor

MAX_LOG_RATIO = abs(math.log(16 / 1000))
RPN_STDS = (1.0, 1.0, 1.0, 1.0)
HEAD_STDS = (0.2, 0.2, 0.2, 0.2)


def decode(boxes: Tensor, deltas: Tensor, stds: Sequence[float]) -> Tensor:
    """Apply deltas (dx, dy, dw, dh) [..., 4] to boxes of a shape that broadcasts -> [..., 4]."""
    dx, dy, dw, dh = (deltas * deltas.new_tensor(stds)).unbind(-1)
    x1, y1, x2, y2 = boxes.unbind(-1)
    width, height = x2 - x1, y2 - y1
    cx = (x1 + x2) * 0.5 + dx * width
    cy = (y1 + y2) * 0.5 + dy * height
    half_width = 0.5 * width * dw.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO).exp()
    half_height = 0.5 * height * dh.clamp(-MAX_LOG_RATIO, MAX_LOG_RATIO).exp()
    return torch.stack((cx - half_width, cy - half_height, cx + half_width, cy + half_height), -1)


def encode(boxes: Tensor, targets: Tensor, stds: Sequence[float]) -> Tensor:
    """Deltas that `decode` turns from boxes [n, 4] into targets [n, 4]; both need positive sizes."""
    size, target_size = boxes[:, 2:] - boxes[:, :2], targets[:, 2:] - targets[:, :2]
    shift = ((targets[:, :2] + targets[:, 2:]) - (boxes[:, :2] + boxes[:, 2:])) * 0.5 / size
    return torch.cat((shift, (target_size / size).log()), 1) / boxes.new_tensor(stds)


def clip(boxes: Tensor, image_size: Tensor) -> Tensor:
    """Move corners into the image: x to [0, width], y to [0, height].

    :param image_size: float [2], height and width
    """
    limits = image_size.to(boxes).flip(0)
    return torch.minimum(boxes.clamp(min=0), torch.cat((limits, limits)))
