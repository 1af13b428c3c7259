"""From the head's raw output to detections (spec section 8)."""

from typing import NamedTuple, Tuple

from torch import Tensor
from torchvision.ops import batched_nms


class Detections(NamedTuple):
    """Objects of one image, best first."""

    boxes: Tensor  # [D, 4]
    scores: Tensor  # [D], probabilities
    labels: Tensor  # [D], int64


def select(
    boxes: Tensor,
    probabilities: Tensor,
    scale: Tuple[float, float] = (1.0, 1.0),
    min_score: float = 1e-4,
    nms_iou: float = 0.5,
    limit: int = 100,
) -> Detections:
    """Scale back, drop weak pairs of box and class, suppress per class, keep the best.

    :param boxes: [N, classes, 4] network pixels, probabilities: [N, classes + 1], background last
    :param scale: network pixels per source pixel, horizontal and vertical; boxes are divided by it before suppression
    """
    boxes = boxes / boxes.new_tensor((*scale, *scale))
    proposal, label = survivors(boxes, probabilities, min_score, nms_iou, limit)
    return Detections(boxes[proposal, label], probabilities[proposal, label], label)


def survivors(
    boxes: Tensor, probabilities: Tensor, min_score: float = 1e-4, nms_iou: float = 0.5, limit: int = 100
) -> Tuple[Tensor, Tensor]:
    """Proposals [D] and classes [D] that `select` keeps, best first; boxes [N, classes, 4] as it suppresses them."""
    proposal, label = (probabilities[:, :-1] > min_score).nonzero(as_tuple=True)
    keep = batched_nms(boxes[proposal, label], probabilities[proposal, label], label, nms_iou)[:limit]
    return proposal[keep], label[keep]
