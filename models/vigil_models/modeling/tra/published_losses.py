"""Targets and losses of the published recipe (spec section 11), for one key frame.

The step from assigned anchors and proposals to random samples makes both losses means over 256 samples.
"""

from typing import Dict, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.ops import box_iou

from . import boxes
from .detector import TRA, Head
from .losses import Sample, head_loss
from .rpn import anchor_grid
from .temporal_roi_align import align


class KeyFrame(NamedTuple):
    """A key frame with its supports, prepared, and what is on it."""

    images: Tensor  # [1 + T, 3, H, W], normalised and padded, key frame first
    image_size: Tensor  # float [2], height and width before padding
    boxes: Tensor  # [n, 4], network pixels
    labels: Tensor  # [n], int64

    def to(self, device: torch.device) -> "KeyFrame":
        return KeyFrame(*(part.to(device) for part in self))


class Assigned(NamedTuple):
    """What each of b boxes is to learn."""

    kind: Tensor  # [b], 1 an object, 0 background, -1 nothing
    truth: Tensor  # [b], index of the object, where there is one


def assign(candidates: Tensor, truth: Tensor, negative: float, positive: float, rescue: float) -> Assigned:
    """Objects have IoU of at least `positive` with a truth [n, 4], background less than `negative` with all.

    Whatever overlaps a truth best, be it only by `rescue`, is an object too; infinite: none is rescued.
    """
    if not len(truth) or not len(candidates):
        nothing = torch.zeros(len(candidates), dtype=torch.long, device=candidates.device)
        return Assigned(nothing, nothing)
    iou = box_iou(candidates, truth)  # [b, n]
    best, index = iou.max(1)
    kind = torch.full_like(index, -1)
    kind[best < negative] = 0
    kind[best >= positive] = 1
    for number, most in enumerate(iou.amax(0)):
        if most >= rescue:
            rescued = iou[:, number] == most
            kind[rescued], index[rescued] = 1, number
    return Assigned(kind, index)


def draw(kind: Tensor, size: int, positive_share: float) -> Tuple[Tensor, Tensor]:
    """Indices of at most `size` random samples: objects, at most their share, then background to fill up."""
    positives, negatives = ((kind == value).nonzero()[:, 0] for value in (1, 0))
    positives = positives[torch.randperm(len(positives)).to(positives.device)[: int(size * positive_share)]]
    negatives = negatives[torch.randperm(len(negatives)).to(negatives.device)[: size - len(positives)]]
    return positives, negatives


def proposal_loss(
    anchors: Tensor,
    logits: Tensor,
    deltas: Tensor,
    image_size: Tensor,
    truth: Tensor,
    iou: Tuple[float, float],
    size: int,
    share: float,
) -> Tuple[Tensor, Tensor]:
    """Objectness and box loss of one image, both per sample; anchors that leave the image learn nothing.

    :param anchors: [A', 4], logits: [A'], deltas: [A', 4], truth: [n, 4]
    :param iou: below the first an anchor is background, from the second on an object
    :param size: number of samples, of which at most `share` are objects
    """
    limits = image_size.to(anchors).flip(0)
    inside = ((anchors[:, :2] >= 0) & (anchors[:, 2:] < limits)).all(1).nonzero()[:, 0]
    found = assign(anchors[inside], truth, iou[0], iou[1], iou[0])
    positives, negatives = (inside[drawn] for drawn in draw(found.kind, size, share))
    chosen, count = torch.cat((positives, negatives)), max(len(positives) + len(negatives), 1)
    wanted = torch.zeros(len(chosen), device=logits.device)
    wanted[: len(positives)] = 1
    objectness = F.binary_cross_entropy_with_logits(logits[chosen], wanted, reduction="sum") / count
    matched = torch.full((len(anchors),), -1, device=anchors.device)
    matched[inside] = found.truth
    if not len(positives):
        return objectness, deltas[:0].sum()
    targets = boxes.encode(anchors[positives], truth[matched[positives]], boxes.RPN_STDS)
    return objectness, F.smooth_l1_loss(deltas[positives], targets, beta=1 / 9, reduction="sum") / count


def sample(proposals: Tensor, truth: Tensor, labels: Tensor, background: int, iou: float, size: int, share: float) -> Sample:
    """Proposals and the truths themselves, of which some are drawn to learn from."""
    candidates = torch.cat((truth, proposals))
    found = assign(candidates, truth, iou, iou, float("inf"))
    positives, negatives = draw(found.kind, size, share)
    chosen = torch.cat((positives, negatives))
    target = torch.full((len(chosen),), background, device=candidates.device)
    deltas = candidates.new_zeros(len(chosen), 4)
    if len(positives):
        matched = found.truth[positives]
        target[: len(positives)] = labels[matched]
        deltas[: len(positives)] = boxes.encode(candidates[positives], truth[matched], boxes.HEAD_STDS)
    return Sample(candidates[chosen], target, deltas)


class PublishedLoss(nn.Module):
    """Losses of key frames by the published recipe; gradients flow through the supports' features too.

    Unlike at test time the key frame is not one of its own supports. RoIAlign and all of Temporal RoI Align compute in
    single precision, whatever the rest does. The stem, the first stage and all batch-norm statistics are frozen.

    :param recipe: with the sampling numbers of `engine.recipes.DetectorRecipe`
    """

    def __init__(self, model: TRA, recipe):
        super().__init__()
        self.model, self.recipe = model, recipe
        backbone = model.detector.backbone
        for part in (backbone.conv1, backbone.bn1, backbone.layer1):
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> "PublishedLoss":
        super().train(mode)
        for layer in self.model.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.eval()
        return self

    def forward(self, batch: Sequence[KeyFrame]) -> Dict[str, Tensor]:
        """Means over the key frames."""
        device = next(self.model.parameters()).device
        losses = [self._of_one(key.to(device)) for key in batch]
        return {name: torch.stack([one[name] for one in losses]).mean() for name in losses[0]}

    def _of_one(self, key: KeyFrame) -> Dict[str, Tensor]:
        recipe, rpn = self.recipe, self.model.detector.rpn_head
        features = self.model.features(key.images)
        logits, deltas = (part.float() for part in rpn(features))
        features = features.float()
        anchors = anchor_grid(features, self.model.config)
        objectness, proposal_box = proposal_loss(
            anchors,
            logits[0],
            deltas[0],
            key.image_size,
            key.boxes,
            recipe.proposal_iou,
            recipe.proposal_samples,
            recipe.proposal_positives,
        )
        proposals = self._proposals(anchors, logits.detach(), deltas.detach(), key.image_size)
        background = len(self.model.config.labels)
        drawn = sample(
            proposals[0], key.boxes, key.labels, background, recipe.head_iou, recipe.head_samples, recipe.head_positives
        )
        classification, box = head_loss(self._head(features, drawn.boxes, proposals[1:]), drawn, background)
        return {"objectness": objectness, "proposal_box": proposal_box, "class": classification, "box": box}

    def _proposals(self, anchors: Tensor, logits: Tensor, deltas: Tensor, image_size: Tensor) -> Sequence[Tensor]:
        """Of the key frame in the number for training, of the supports in that for tests."""
        config, rpn = self.model.config, self.model.detector.rpn_head
        limits = [config.training_proposals] + [config.proposals] * (len(logits) - 1)
        return [rpn.select(anchors, l, d, image_size, limit)[:, :4] for l, d, limit in zip(logits, deltas, limits)]

    def _head(self, features: Tensor, drawn: Tensor, supports: Sequence[Tensor]) -> Head:
        config, head = self.model.config, self.model.detector.roi_head
        with torch.autocast(features.device.type, enabled=False):
            pixels, inverse_norms = head.bbox_roi_extractor.support(features[1:])
            enriched = head.bbox_roi_extractor(align(features[:1], drawn, config), pixels, inverse_norms)
            images = torch.repeat_interleave(torch.tensor([len(s) for s in supports])).to(features.device)
            references = align(features[1:], torch.cat(tuple(supports)), config, images)
        logits, deltas = head.bbox_head(enriched, *head.bbox_head.support(references))
        return Head(logits.float(), deltas.float())
