"""Auxiliary supervision of the recognizer by what only the renderer knows.

A label says three bits about a clip, too little for a network that starts from noise. While it learns, small heads
on its features also point at the principal person's head, pelvis, hands and feet in every frame and tell how these
move. The heads are not part of the recognizer and are left behind after training.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vigil_models.data.actions import KEYPOINTS
from vigil_models.modeling.tam import EXPANSION, TANet

_SPREAD = 0.6
"""Deviation, in cells, of the place that a heat map should mark."""
_SEEN = 0.3
"""Share of the person that must be visible for its keypoints to be asked for."""


class Guidance(nn.Module):
    """Heat-map heads on the second and third stage, and a motion head on the pooled fourth stage."""

    def __init__(self, network: TANet) -> None:
        super().__init__()
        _, second, third, fourth = (EXPANSION * width for width in network.config.widths)
        self.near = nn.Conv2d(second, len(KEYPOINTS), 1)
        self.far = nn.Conv2d(third, len(KEYPOINTS), 1)
        self.motion = nn.Linear(fourth, 2 * len(KEYPOINTS) + 1)

    def forward(self, network: TANet, clip: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor, Tensor]]:
        """Logits (N, classes) as the network's own forward gives them, and the heads' outputs.

        The heads give heat maps (N*T, 4, h, w) at strides 8 and 16 and motions (N*T, 9).
        """
        base = network.base_model
        second = base.layer2(base.layer1(base.stem(network.stressed(clip).flatten(0, 1))))
        third = base.layer3(second)
        pooled = base.layer4(third).mean((2, 3))
        return network.classify(pooled), (self.near(second), self.far(third), self.motion(pooled))


def guidance_loss(outputs: tuple[Tensor, Tensor, Tensor], keypoints: Tensor, visible: Tensor, stature: Tensor, aspect: float) -> Tensor:
    """Loss of the heads' outputs against keypoints (N, T, 4, 2) in shares of the picture, visibility (N, T), stature (N,).

    ``aspect`` is the picture's width over its height. Motions are in statures per frame.
    """
    near, far, motion = outputs
    places, seen = keypoints.flatten(0, 1), visible.flatten()
    target = torch.cat([5 * _motions(keypoints, stature, aspect).flatten(2), visible[..., None]], dim=-1).flatten(0, 1)
    return _heat_loss(near, places, seen) + _heat_loss(far, places, seen) + 2 * F.smooth_l1_loss(motion, target)


def _heat_loss(heat: Tensor, places: Tensor, seen: Tensor) -> Tensor:
    """Cross entropy over the cells of every map (B, 4, h, w) with a blob at its keypoint, where that is in view."""
    rows, columns = heat.shape[-2:]
    x = (torch.arange(columns, device=heat.device) + 0.5 - places[..., :1] * columns) / _SPREAD
    y = (torch.arange(rows, device=heat.device) + 0.5 - places[..., 1:] * rows) / _SPREAD
    blob = (torch.exp(-0.5 * y**2)[..., :, None] * torch.exp(-0.5 * x**2)[..., None, :]).flatten(2)
    mass = blob.sum(-1, keepdim=True)
    asked = (mass[..., 0] > 0.3) & (seen > _SEEN)[:, None]
    entropy = -(blob / (mass + 1e-6) * F.log_softmax(heat.flatten(2), dim=-1)).sum(-1)
    return (entropy * asked).sum() / (asked.sum() + 1)


def _motions(keypoints: Tensor, stature: Tensor, aspect: float) -> Tensor:
    """Central differences over time (N, T, 4, 2), in statures per frame, limited to [-1, 1]."""
    padded = torch.cat([keypoints[:, :1], keypoints, keypoints[:, -1:]], dim=1)
    moved = (padded[:, 2:] - padded[:, :-2]) / 2
    scale = keypoints.new_tensor([aspect, 1.0]) / stature.clamp(min=0.1)[:, None, None, None]
    return (moved * scale).clamp(-1, 1)
