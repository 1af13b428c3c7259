"""The one map that proposals, RoIAlign and the similarity search share."""

from torch import Tensor, nn
from torch.nn import functional as F

from .config import TRAConfig


class _Convolution(nn.Module):
    """A 3x3 convolution under the name it has in published state dicts, which have no norm here."""

    def __init__(self, inputs: int, outputs: int, normalised: bool):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.bn = nn.BatchNorm2d(outputs) if normalised else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x))


class Neck(nn.Module):
    """3x3 convolution with bias, then ReLU: [B, inputs, h, w] -> [B, C, h, w], nowhere negative (spec section 3)."""

    def __init__(self, inputs: int, config: TRAConfig):
        super().__init__()
        self.convs = nn.ModuleList([_Convolution(inputs, config.channels, config.normalised_heads)])

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.convs[0](x))
