"""TANet: a residual action recognizer with a Temporal Adaptive Module in every block.

Source: Liu et al., "TAM: Temporal Adaptive Module for Video Recognition", ICCV 2021. Parameter names
are those of the authors' released code, so its state dicts load unchanged. Notable choices:

- importance weights and dynamic kernel are folded into one weight per clip, channel, frame and tap, and the
  temporal filter is a sum of three shifted products: exact, and it exports with a run-time batch size;
- frames are shifted along the first of four axes, or the last of five: elsewhere PyTorch loses the order of channels in
  memory with which convolutions are fast;
- features are pooled over space and time before the classifier, which equals the mean of per-frame logits.

Shape letters: N clips, T frames per clip (segments), C channels, H x W pixels.
"""

from dataclasses import dataclass
from typing import Dict, NamedTuple, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TAPS = 3  # temporal kernel: previous, current and next frame
TEMPORAL = ("tam", "causal", "global", "local", "shift", "none")  # TAM, its causal variant, its branches alone, TSM, TSN
EXPANSION = 4  # output channels of a bottleneck per inner channel


@dataclass(frozen=True)
class TANetConfig:
    """Size of a TANet. Two networks with equal configurations have equal state-dict keys and shapes."""

    classes: int
    segments: int = 8  # T; part of the weights' shapes
    blocks: Tuple[int, int, int, int] = (3, 4, 6, 3)
    widths: Tuple[int, int, int, int] = (64, 128, 256, 512)  # inner channels of each stage's bottlenecks
    stem_width: int = 64
    dropout: float = 0.5
    temporal: str = "tam"  # what mixes frames: one of TEMPORAL
    motion_gain: float = 1.0  # factor on every frame's difference from the clip's mean; 1 is the paper's network
    input_size: Tuple[int, int] = (224, 224)  # width, height it is trained for; any size works

    def __post_init__(self):
        if self.classes < 1:
            raise ValueError(f"classes must be positive, not {self.classes}")
        if self.segments < 1:
            raise ValueError(f"segments must be positive, not {self.segments}")
        if self.temporal not in TEMPORAL:
            raise ValueError(f"temporal is {self.temporal!r}, it must be one of {', '.join(TEMPORAL)}")
        if any(width % 4 for width in self.widths):
            raise ValueError(f"widths must be multiples of 4 (the local branch has a quarter of them): {self.widths}")

    @staticmethod
    def r50(classes: int = 400, segments: int = 8) -> "TANetConfig":
        return TANetConfig(classes, segments)

    @staticmethod
    def r101(classes: int = 400, segments: int = 8) -> "TANetConfig":
        return TANetConfig(classes, segments, blocks=(3, 4, 23, 3))

    @staticmethod
    def r152(classes: int = 400, segments: int = 8) -> "TANetConfig":
        return TANetConfig(classes, segments, blocks=(3, 8, 36, 3))

    @staticmethod
    def small(classes: int) -> "TANetConfig":
        """About a thirtieth of R-50's work per clip, for live cameras on two CPU cores."""
        return TANetConfig(
            classes,
            blocks=(2, 2, 2, 2),
            widths=(32, 64, 128, 160),
            stem_width=32,
            dropout=0.2,
            input_size=(160, 112),
        )


class TAM(nn.Module):
    """Filters every channel over time with a kernel computed from the clip itself.

    `G` (global) sees the T spatial means of one channel and gives its kernel; `L` (local) sees all channels
    and gives the importance of every frame and channel.
    """

    LOCAL_PADDING = TAPS // 2

    def __init__(self, channels: int, segments: int):
        super().__init__()
        self.segments = segments
        self.G = nn.Sequential(
            nn.Linear(segments, 2 * segments, bias=False),
            nn.BatchNorm1d(2 * segments),
            nn.ReLU(),
            nn.Linear(2 * segments, TAPS, bias=False),
            nn.Softmax(dim=-1),
        )
        self.L = nn.Sequential(
            nn.Conv1d(channels, channels // 4, TAPS, padding=self.LOCAL_PADDING, bias=False),
            nn.BatchNorm1d(channels // 4),
            nn.ReLU(),
            nn.Conv1d(channels // 4, channels, 1, bias=False),
            nn.Sigmoid(),
        )

    def pooled(self, x: Tensor) -> Tensor:
        """Spatial means, [N*T, C, H, W] -> [N, C, T]."""
        return x.mean((2, 3)).view(-1, self.segments, x.shape[1]).transpose(1, 2)

    def kernel(self, pooled: Tensor) -> Tensor:
        """Temporal kernel, [N, C, T] -> [N, C, 3]; taps are previous, current, next and sum to 1."""
        channels = pooled.shape[1]
        return self.G(pooled.reshape(-1, self.segments)).view(-1, channels, TAPS)

    def importance(self, pooled: Tensor) -> Tensor:
        """Weight of every frame and channel in (0, 1), [N, C, T] -> [N, C, T]."""
        return self.L(pooled)

    def forward(self, x: Tensor) -> Tensor:
        """[N*T, C, H, W] -> the same shape; frames of a clip are adjacent, oldest first."""
        channels = x.shape[1]
        pooled = self.pooled(x)
        weights = self.kernel(pooled).unsqueeze(3) * self.importance(pooled).unsqueeze(2)  # [N, C, 3, T]
        previous, current, following = weights.permute(2, 0, 3, 1).unbind(0)  # [N, T, C] each
        previous = F.pad(previous[:, : self.segments - 1], (0, 0, 0, 1))  # nothing passes from one clip to the next
        following = F.pad(following[:, 1:], (0, 0, 1, 0))
        previous, current, following = (tap.reshape(-1, channels, 1, 1) for tap in (previous, current, following))
        before = F.pad(previous * x, (0, 0, 0, 0, 0, 0, 1, 0))[:-1]
        after = F.pad(following * x, (0, 0, 0, 0, 0, 0, 0, 1))[1:]
        return before + current * x + after


class GlobalBranch(TAM):
    """TAM without importance: every frame counts alike."""

    def __init__(self, channels: int, segments: int):
        super().__init__(channels, segments)
        self.L = None

    def importance(self, pooled: Tensor) -> Tensor:
        return torch.ones_like(pooled)


class LocalBranch(TAM):
    """TAM without the dynamic kernel: frames are weighted, not mixed."""

    def __init__(self, channels: int, segments: int):
        super().__init__(channels, segments)
        self.G = None

    def kernel(self, pooled: Tensor) -> Tensor:
        return pooled.new_tensor([0.0, 1.0, 0.0]).expand(*pooled.shape[:2], TAPS)


class CausalTAM(TAM):
    """TAM that looks back only: taps at t-2, t-1 and t, `L` padded on the left, for every frame a kernel that `G` computes
    from the T frames that end with it.

    What lies before the first frame is as if the camera had shown that frame for ever. Parameters are those of TAM.
    """

    LOCAL_PADDING = 0

    def __init__(self, channels: int, segments: int):
        super().__init__(channels, segments)
        self.frames = segments  # per clip; any number, `TANet` sets it

    def pooled(self, x: Tensor) -> Tensor:
        """Spatial means, [N*L, C, H, W] -> [N, C, L]."""
        return x.mean((2, 3)).view(-1, self.frames, x.shape[1]).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        """[N*L, C, H, W] -> the same shape; frames of a clip are adjacent, oldest first."""
        c, h, w = x.shape[1:]
        past = extended(self.pooled(x), self.segments - 1)  # [N, C, T-1+L]
        kernels = self.kernel(past.unfold(2, self.segments, 1).flatten(1, 2)).view(-1, c, self.frames, TAPS)
        importance = self.importance(past[:, :, self.segments - TAPS :])  # [N, C, L]
        clip = x.permute(0, 2, 3, 1).reshape(-1, self.frames, h, w, c)
        weighted = clip * importance.transpose(1, 2)[:, :, None, None]
        weighted = torch.cat((weighted[:, :1].expand(-1, TAPS - 1, -1, -1, -1), weighted), 1)
        taps = kernels.permute(3, 0, 2, 1)[:, :, :, None, None]  # [3, N, L, 1, 1, C]
        filtered = sum(taps[k] * weighted[:, k : k + self.frames] for k in range(TAPS))
        return filtered.view(-1, h, w, c).permute(0, 3, 1, 2)

    def step(self, x: Tensor, past: Tensor, one_before: Tensor, two_before: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """One frame more.

        :param x: [N, C, H, W]
        :param past: spatial means of the T-1 frames before, [N, C, T-1]
        :param one_before: the frame before, times its importance, as this method has returned it, [N, C, H, W]
        :param two_before: the same of the frame before that
        :return: filtered frame [N, C, H, W]; then, for the next one, `past` and `one_before`
        """
        past = torch.cat((past, x.mean((2, 3))[..., None]), 2)
        weighted = x * self.importance(past[:, :, -TAPS:])[..., None]
        oldest, middle, newest = self.kernel(past)[..., None, None].unbind(2)  # [N, C, 1, 1] each
        return oldest * two_before + middle * one_before + newest * weighted, past[:, :, 1:], weighted

    def start(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """The first frame; takes and returns what `step` does, without a past."""
        pooled = x.mean((2, 3))[..., None]
        weighted = x * self.importance(pooled.expand(-1, -1, TAPS))[..., None]
        return self.step(x, pooled.expand(-1, -1, self.segments - 1), weighted, weighted)


def extended(sequence: Tensor, count: int) -> Tensor:
    """Repeat the first of the last axis `count` times before it, [..., L] -> [..., count + L]."""
    return torch.cat((sequence[..., :1].expand(*sequence.shape[:-1], count), sequence), -1)


class TemporalShift(nn.Module):
    """An eighth of the channels takes the next frame's values, an eighth the previous one's; no weights.

    Source: Lin et al., "TSM: Temporal Shift Module for Efficient Video Understanding", ICCV 2019.
    """

    def __init__(self, segments: int, share: int = 8):
        super().__init__()
        self.segments, self.share = segments, share

    def forward(self, x: Tensor) -> Tensor:
        """[N*T, C, H, W] -> the same shape; zeros enter at the ends."""
        c, h, w = x.shape[1:]
        clip = x.permute(0, 2, 3, 1).reshape(-1, self.segments, h, w, c)
        fold = c // self.share
        earlier, later, kept = clip.split((fold, fold, c - 2 * fold), -1)
        earlier = F.pad(earlier[:, 1:], (0, 0, 0, 0, 0, 0, 0, 1))
        later = F.pad(later[:, : self.segments - 1], (0, 0, 0, 0, 0, 0, 1, 0))
        return torch.cat((earlier, later, kept), -1).view(-1, h, w, c).permute(0, 3, 1, 2)


def temporal_modules(base_model: nn.Module) -> Dict[str, TAM]:
    """The module of every block by the block's name, in the order of the data."""
    return {name[: -len(".tam")]: module for name, module in base_model.named_modules() if isinstance(module, TAM)}


MODULES = {"tam": TAM, "causal": CausalTAM, "global": GlobalBranch, "local": LocalBranch}


class BottleneckBody(nn.Module):
    """The convolutions of a bottleneck; holds the names under which the released code stores them."""

    def __init__(self, inputs: int, width: int, stride: int):
        super().__init__()
        outputs = width * EXPANSION
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )


class TemporalBottleneck(nn.Module):
    """Bottleneck with TAM after the first convolution's ReLU; the stride is on the 3x3 convolution.

    The shift of TSM comes before the first convolution, beside the shortcut, as its authors place it.
    """

    def __init__(self, inputs: int, width: int, stride: int, config: TANetConfig):
        super().__init__()
        segments, temporal = config.segments, config.temporal
        self.net = BottleneckBody(inputs, width, stride)
        self.shift = TemporalShift(segments) if temporal == "shift" else nn.Identity()
        self.tam = MODULES[temporal](width, segments) if temporal in MODULES else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        net = self.net
        shortcut = x if net.downsample is None else net.downsample(x)
        x = self.tam(F.relu(net.bn1(net.conv1(self.shift(x)))))
        x = F.relu(net.bn2(net.conv2(x)))
        return F.relu(net.bn3(net.conv3(x)) + shortcut)


class TemporalResNet(nn.Module):
    """Stem and four stages of temporal bottlenecks."""

    def __init__(self, config: TANetConfig):
        super().__init__()
        self.conv1 = nn.Conv2d(3, config.stem_width, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(config.stem_width)
        channels = config.stem_width
        for stage, (blocks, width) in enumerate(zip(config.blocks, config.widths), start=1):
            layer = nn.Sequential()
            for block in range(blocks):
                stride = 2 if stage > 1 and block == 0 else 1
                layer.append(TemporalBottleneck(channels, width, stride, config))
                channels = width * EXPANSION
            self.add_module(f"layer{stage}", layer)
        self.channels = channels

    def stem(self, frames: Tensor) -> Tensor:
        """[N*T, 3, H, W] -> [N*T, stem_width, H/4, W/4]."""
        return F.max_pool2d(F.relu(self.bn1(self.conv1(frames))), 3, 2, padding=1)

    def forward(self, frames: Tensor) -> Tensor:
        """[N*T, 3, H, W] -> [N*T, C, H/32, W/32]."""
        x = self.stem(frames)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


class BlockFilter(NamedTuple):
    """What the module of one block did to a clip."""

    kernel: Tensor  # [N, C, 3], taps previous, current, next; sum to 1
    importance: Tensor  # [N, C, T], in (0, 1)


class TANet(nn.Module):
    """Action recognizer over clips of `config.segments` frames.

    Raises ValueError from `forward` when a clip has another number of frames.
    """

    def __init__(self, config: TANetConfig):
        super().__init__()
        self.config = config
        self.base_model = TemporalResNet(config)
        self.dropout = nn.Dropout(config.dropout)
        self.new_fc = nn.Linear(self.base_model.channels, config.classes)
        for module in self.base_model.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        nn.init.normal_(self.new_fc.weight, std=0.001)
        nn.init.zeros_(self.new_fc.bias)

    @property
    def causal(self) -> bool:
        return self.config.temporal == "causal"

    def stressed(self, clip: Tensor) -> Tensor:
        """The clip [N, T, 3, H, W] with what moves stressed against what stands still, see `motion_gain`."""
        if self.config.motion_gain == 1.0:
            return clip
        still = self._trailing_mean(clip) if self.causal else clip.mean(1, keepdim=True)
        return still + self.config.motion_gain * (clip - still)

    def _trailing_mean(self, sequence: Tensor) -> Tensor:
        """Mean of the T frames that end with each, the first one repeated before it, [N, L, ...] -> the same shape."""
        segments = self.config.segments
        padded = torch.cat((sequence[:, :1].expand(-1, segments - 1, *sequence.shape[2:]), sequence), 1)
        return padded.unfold(1, segments, 1).mean(-1)

    def forward(self, clip: Tensor) -> Tensor:
        """Logits of every clip.

        :param clip: float32 [N, T, 3, H, W], RGB, mean and deviation removed, oldest frame first; a causal network takes any
            number of frames
        :return: float32 [N, classes], of a causal network those at the last frame
        """
        t = clip.shape[1]
        if self.causal:
            return self.logits_over_time(clip)[:, -1]
        if t != self.config.segments:
            raise ValueError(f"clip has {t} frames, the network was built for {self.config.segments}")
        return self.classify(self.base_model(self.stressed(clip).flatten(0, 1)).mean((2, 3)))

    def logits_over_time(self, clip: Tensor) -> Tensor:
        """Logits of a causal network at every frame of clips of any length, [N, L, 3, H, W] -> [N, L, classes]."""
        self._take_clips_of(clip.shape[1])
        features = self.base_model(self.stressed(clip).flatten(0, 1)).mean((2, 3))
        features = self.dropout(features).view(*clip.shape[:2], -1)
        return self.new_fc(self._trailing_mean(features))

    def _take_clips_of(self, frames: int):
        for module in temporal_modules(self.base_model).values():
            module.frames = frames

    def explain(self, clip: Tensor) -> Tuple[Tensor, Dict[str, BlockFilter]]:
        """Logits as `forward` gives them, and what the module of every block did, by its name, as in `layer3.1`.

        Raises ValueError for a causal network: its kernels differ from frame to frame.
        """
        if self.causal:
            raise ValueError("why an action was seen is told of clips; a causal recognizer steps from frame to frame and has none to explain")
        filters: Dict[str, BlockFilter] = {}

        def recorder(name: str):
            def record(tam: TAM, inputs: Tuple[Tensor]):
                pooled = tam.pooled(inputs[0])
                filters[name] = BlockFilter(tam.kernel(pooled), tam.importance(pooled))

            return record

        modules = temporal_modules(self.base_model)
        hooks = [module.register_forward_pre_hook(recorder(name)) for name, module in modules.items()]
        try:
            return self(clip), filters
        finally:
            for hook in hooks:
                hook.remove()

    def classify(self, frames: Tensor) -> Tensor:
        """Spatial means of the frames' features [N*T, C] -> logits [N, classes]; every frame loses its own channels."""
        return self.new_fc(self.dropout(frames).view(-1, self.config.segments, frames.shape[1]).mean(1))
