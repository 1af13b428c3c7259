"""Region proposals (spec section 4)."""

from typing import List, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.ops import nms

from . import boxes
from .config import TRAConfig


def anchor_grid(features: Tensor, config: TRAConfig) -> Tensor:
    """Anchors of every cell of a map [B, C, h, w], ordered y, x, ratio, scale -> [h * w * A, 4].

    Centred on the cell's top-left corner.
    """
    height, width = features.shape[-2:]
    ratios = features.new_tensor(config.anchor_ratios).sqrt()[:, None]
    sides = features.new_tensor(config.anchor_scales)[None] * config.anchor_base
    half_w, half_h = (sides / ratios / 2).flatten(), (sides * ratios / 2).flatten()
    shapes = torch.stack((-half_w, -half_h, half_w, half_h), 1)  # [A, 4]
    x = torch.arange(width, device=features.device) * config.stride
    y = torch.arange(height, device=features.device) * config.stride
    x, y = x[None, :].expand(height, width), y[:, None].expand(height, width)
    corners = torch.stack((x, y, x, y), -1).to(features.dtype)  # [h, w, 4]
    return (corners[:, :, None] + shapes).reshape(-1, 4)


class RPNHead(nn.Module):
    """Objectness and box deltas of every anchor."""

    def __init__(self, config: TRAConfig):
        super().__init__()
        self.config = config
        self.rpn_conv = nn.Conv2d(config.channels, config.channels, 3, padding=1)
        self.rpn_bn = nn.BatchNorm2d(config.channels) if config.normalised_heads else nn.Identity()
        self.rpn_cls = nn.Conv2d(config.channels, config.anchors_per_cell, 1)
        self.rpn_reg = nn.Conv2d(config.channels, config.anchors_per_cell * 4, 1)

    def forward(self, features: Tensor) -> Tuple[Tensor, Tensor]:
        """[B, C, h, w] -> logits [B, h*w*A] and deltas [B, h*w*A, 4], in the order of `anchor_grid`."""
        x = F.relu(self.rpn_bn(self.rpn_conv(features)))
        logits = self.rpn_cls(x).permute(0, 2, 3, 1).flatten(1)
        deltas = self.rpn_reg(x).permute(0, 2, 3, 1).reshape(*logits.shape, 4)
        return logits, deltas

    def select(self, anchors: Tensor, logits: Tensor, deltas: Tensor, image_size: Tensor, limit: int) -> Tensor:
        """Proposals of one image, best first.

        :param logits: [A'], deltas: [A', 4]
        :param image_size: float [2], height and width before padding
        :return: [<= limit, 5], box and score
        """
        scores = logits.sigmoid()
        if torch.jit.is_tracing():
            # Exported graphs serve maps of any size, so the limit has to be part of the graph. ONNX settles ties by order.
            scores, order = scores.topk(torch.minimum(torch._shape_as_tensor(scores)[0], torch.tensor(self.config.candidates)))
        else:
            scores, order = scores.sort(descending=True, stable=True)  # topk leaves the order of saturated scores open
            scores, order = scores[: self.config.candidates], order[: self.config.candidates]
        proposals = boxes.clip(boxes.decode(anchors[order], deltas[order], boxes.RPN_STDS), image_size)
        size = proposals[:, 2:] - proposals[:, :2]
        valid = (size > 0).all(1)
        proposals, scores = proposals[valid], scores[valid]
        keep = nms(proposals, scores, self.config.proposal_nms_iou)[:limit]
        return torch.cat((proposals[keep], scores[keep, None]), 1)

    def proposals(self, features: Tensor, image_size: Tensor, limit: int) -> List[Tensor]:
        """Proposals of every image of a batch: [B, C, h, w] -> B tensors [<= limit, 5]."""
        logits, deltas = self(features)
        anchors = anchor_grid(features, self.config)
        return [self.select(anchors, l, d, image_size, limit) for l, d in zip(logits, deltas)]
