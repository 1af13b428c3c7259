"""The one map that proposals, RoIAlign and the similarity search share."""

from torch import Tensor, nn
from torch.nn import functional as F


class _Convolution(nn.Module):
    """A 3x3 convolution under the name it has in published state dicts."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)


class Neck(nn.Module):
    """3x3 convolution with bias, then ReLU: [B, inputs, h, w] -> [B, C, h, w], nowhere negative (spec section 3)."""

    def __init__(self, inputs: int, channels: int):
        super().__init__()
        self.convs = nn.ModuleList([_Convolution(inputs, channels)])

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.convs[0].conv(x))
