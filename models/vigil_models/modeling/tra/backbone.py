"""ResNet and ResNeXt whose last stage is dilated instead of strided (DC5)."""

from torch import Tensor, nn
from torch.nn import functional as F

from .config import TRAConfig


def _conv3x3(inputs: int, outputs: int, stride: int, dilation: int, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride, padding=dilation, dilation=dilation, groups=groups, bias=False)


def _downsample(inputs: int, outputs: int, stride: int):
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


class Bottleneck(nn.Module):
    """1x1, 3x3 with the stride and the dilation, 1x1 to four times the width."""

    expansion = 4

    def __init__(self, inputs: int, planes: int, stride: int, dilation: int, config: TRAConfig):
        super().__init__()
        width = planes * config.width_per_group // 64 * config.groups
        outputs = planes * self.expansion
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = _conv3x3(width, width, stride, dilation, config.groups)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = _downsample(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        return F.relu(self.bn3(self.conv3(x)) + shortcut)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions."""

    expansion = 1

    def __init__(self, inputs: int, planes: int, stride: int, dilation: int, config: TRAConfig):
        super().__init__()
        self.conv1 = _conv3x3(inputs, planes, stride, dilation)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = _conv3x3(planes, planes, 1, dilation)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = _downsample(inputs, planes, stride)

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)) + shortcut)


class Backbone(nn.Module):
    """[B, 3, H, W] normalised RGB -> [B, out_channels, H/stride, W/stride] (spec section 2)."""

    def __init__(self, config: TRAConfig):
        super().__init__()
        block = Bottleneck if config.bottleneck else BasicBlock
        self.conv1 = nn.Conv2d(3, config.stem_width, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(config.stem_width)
        channels = config.stem_width
        stages = zip(config.blocks, config.widths, config.strides, config.dilations)
        for stage, (blocks, planes, stride, dilation) in enumerate(stages, start=1):
            layer = nn.Sequential()
            for index in range(blocks):
                layer.append(block(channels, planes, stride if index == 0 else 1, dilation, config))
                channels = planes * block.expansion
            self.add_module(f"layer{stage}", layer)
        self.out_channels = channels

    def stem(self, images: Tensor) -> Tensor:
        return F.max_pool2d(F.relu(self.bn1(self.conv1(images))), 3, 2, padding=1)

    def forward(self, images: Tensor) -> Tensor:
        x = self.stem(images)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))
