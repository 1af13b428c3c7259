"""Targets and losses of proposals and box head (spec section 11, adapted to training from scratch).

Adapted: objectness uses a focal loss over all anchors instead of 256 sampled ones, box losses are normalised by
the positives, and boxes flagged `ignore` are neither found nor missed.
"""

from typing import Dict, NamedTuple, Tuple

import torch
from torch import Tensor
from torch.nn import functional as F
from torchvision.ops import box_iou

from . import boxes
from .detector import Head

FOCAL_ALPHA = 0.25
FOCAL_GAMMA = 2.0
IGNORED_OVERLAP = 0.5  # share of a box inside an ignored one from which it is left out


class Truth(NamedTuple):
    """Annotation of one image."""

    boxes: Tensor  # [n, 4]
    labels: Tensor  # [n], int64
    ignore: Tensor  # [n], bool


class Match(NamedTuple):
    """Which annotation each box belongs to."""

    iou: Tensor  # [b], with the best counted annotation, 0 where there is none
    truth: Tensor  # [b], its index among the counted ones
    ignored: Tensor  # [b], bool: mostly inside an ignored annotation


def match(candidates: Tensor, truth: Truth) -> Match:
    """Match boxes [b, 4] with the annotations that count."""
    counted = truth.boxes[~truth.ignore]
    if len(counted):
        iou, index = box_iou(candidates, counted).max(1)
    else:
        iou, index = candidates.new_zeros(len(candidates)), torch.zeros(len(candidates), dtype=torch.long)
    ignored = overlap_with(candidates, truth.boxes[truth.ignore]) >= IGNORED_OVERLAP
    return Match(iou, index.to(candidates.device), ignored)


def overlap_with(candidates: Tensor, regions: Tensor) -> Tensor:
    """Largest share of each box [b, 4] that lies inside one of the regions [r, 4] -> [b]."""
    if not len(regions):
        return candidates.new_zeros(len(candidates))
    corner1 = torch.maximum(candidates[:, None, :2], regions[None, :, :2])
    corner2 = torch.minimum(candidates[:, None, 2:], regions[None, :, 2:])
    inside = (corner2 - corner1).clamp(min=0).prod(2).amax(1)
    return inside / (candidates[:, 2:] - candidates[:, :2]).prod(1).clamp(min=1e-6)


def proposal_loss(
    anchors: Tensor, logits: Tensor, deltas: Tensor, truth: Truth, positive: float = 0.5, negative: float = 0.4
) -> Tuple[Tensor, Tensor]:
    """Objectness and box loss of one image.

    Anchors are positive from IoU `positive` on and where they are the best one of an annotation (from half of
    `negative`), negative below `negative`, else left out.

    :param anchors: [A', 4], logits: [A'], deltas: [A', 4]
    """
    found = match(anchors, truth)
    counted = truth.boxes[~truth.ignore]
    is_positive = found.iou >= positive
    target = found.truth
    if len(counted):
        best_iou, best = box_iou(counted, anchors).max(1)
        rescued = best_iou >= negative / 2
        is_positive[best[rescued]] = True
        target = target.index_put((best[rescued],), rescued.nonzero()[:, 0])
    used = is_positive | ((found.iou < negative) & ~found.ignored)
    count = is_positive.sum().clamp(min=1)
    objectness = _focal(logits[used], is_positive[used].to(logits.dtype)).sum() / count
    positives = is_positive.nonzero()[:, 0]
    wanted = boxes.encode(anchors[positives], counted[target[positives]], boxes.RPN_STDS)
    return objectness, F.smooth_l1_loss(deltas[positives], wanted, beta=1 / 9, reduction="sum") / count


def _focal(logits: Tensor, target: Tensor) -> Tensor:
    """Lin et al., "Focal Loss for Dense Object Detection", 2017, per anchor."""
    cross_entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    wrong = (logits.sigmoid() - target).abs()  # 1 - p of the right answer
    alpha = FOCAL_ALPHA * target + (1 - FOCAL_ALPHA) * (1 - target)
    return alpha * wrong**FOCAL_GAMMA * cross_entropy


class Sample(NamedTuple):
    """RoIs of one key frame to learn from."""

    boxes: Tensor  # [R, 4]
    labels: Tensor  # [R], int64, background last
    deltas: Tensor  # [R, 4], only meaningful for objects


def sample(proposals: Tensor, truth: Truth, background: int, size: int, positive_share: float) -> Sample:
    """Draw at most `size` RoIs from proposals [n, 4] and the annotations; objects have IoU >= 0.5."""
    counted, labels = truth.boxes[~truth.ignore], truth.labels[~truth.ignore]
    candidates = torch.cat((proposals, _jittered(counted)))
    candidates = candidates[(candidates[:, 2:] - candidates[:, :2] >= 1).all(1)]
    found = match(candidates, truth)
    positives = _draw((found.iou >= 0.5).nonzero()[:, 0], int(size * positive_share))
    negatives = _draw(((found.iou < 0.5) & ~found.ignored).nonzero()[:, 0], size - len(positives))
    chosen = torch.cat((positives, negatives))
    target_labels = torch.full((len(chosen),), background, device=candidates.device)
    deltas = candidates.new_zeros(len(chosen), 4)
    if len(positives):
        target_labels[: len(positives)] = labels[found.truth[positives]]
        targets = counted[found.truth[positives]]
        deltas[: len(positives)] = boxes.encode(candidates[positives], targets, boxes.HEAD_STDS)
    return Sample(candidates[chosen], target_labels, deltas)


def _jittered(annotations: Tensor) -> Tensor:
    """Annotations, and copies moved and scaled at random: early proposals rarely hit an object."""
    size = (annotations[:, 2:] - annotations[:, :2]).repeat(1, 2)
    return torch.cat((annotations, annotations + size * (torch.rand_like(annotations) - 0.5) * 0.3))


def _draw(indices: Tensor, limit: int) -> Tensor:
    return indices[torch.randperm(len(indices), device=indices.device)[:limit]]


def head_loss(head: Head, drawn: Sample, background: int) -> Tuple[Tensor, Tensor]:
    """Classification and box loss of sampled RoIs, both per sample; 0 without samples."""
    count = max(len(drawn.labels), 1)
    classification = F.cross_entropy(head.logits, drawn.labels, reduction="sum") / count
    objects = (drawn.labels < background).nonzero()[:, 0]
    deltas = head.deltas.view(len(drawn.labels), background, 4)[objects, drawn.labels[objects]]
    regression = F.smooth_l1_loss(deltas, drawn.deltas[objects], beta=1.0, reduction="sum") / count
    return classification, regression


def total(parts: Dict[str, Tensor]) -> Tensor:
    """The loss to minimise: the plain sum (spec section 11)."""
    return torch.stack(list(parts.values())).sum()
