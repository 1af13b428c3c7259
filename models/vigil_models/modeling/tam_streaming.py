"""A causal TANet one frame at a time: the same function as over the whole clip, every frame computed once.

Not part of the paper. The state is what later frames need of earlier ones; it depends on the last `reach` frames alone.
Before the first frame the camera is taken to have shown that frame for ever.

Shape letters: N cameras, T frames that global branch, stressed motion and average over time look back on, itself included, C channels,
H x W pixels.
"""

from typing import Dict, Iterator, List, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .tam import TAPS, TANet, TANetConfig, TemporalBottleneck

PARTS = ("past", "before1", "before2")  # of a block's state, see `CausalTAM.step`
State = Dict[str, Tensor]  # by name; what each is, is the business of `StreamingTANet` alone


def reach(config: TANetConfig) -> int:
    """Frames on which a logit depends, the present one included: older ones change neither logits nor state."""
    back = config.segments - 1
    block = max(back, 2 * (TAPS - 1))  # the global branch, or the taps of frames that the local branch has weighted
    stressed = back if config.motion_gain != 1.0 else 0
    return 1 + stressed + sum(config.blocks) * block + back


class StreamingTANet(nn.Module):
    """Steps a causal `TANet` from frame to frame, without gradients or dropout.

    State, by name: `frames` [N, T-1, 3, H, W], which a network that stresses no motion lacks; for every block
    `past_layerX_Y` [N, C, T-1] and `before1_layerX_Y` and `before2_layerX_Y` [N, C, h, w]; `features` [N, T-1, C].
    Raises ValueError for a network that is not causal.
    """

    def __init__(self, network: TANet):
        super().__init__()
        if not network.causal:
            raise ValueError(f"a network with temporal {network.config.temporal!r} looks ahead: only a causal one can be stepped")
        self.network = network

    def blocks(self) -> Iterator[Tuple[str, TemporalBottleneck]]:
        """Blocks by the names that they have in the state, in the order of the data."""
        for name, module in self.network.base_model.named_modules():
            if isinstance(module, TemporalBottleneck):
                yield name.replace(".", "_"), module

    def state_names(self) -> List[str]:
        """Names in the state, in the order in which they come about."""
        blocks = [name for name, _ in self.blocks()]
        stressed = ["frames"] if self.network.config.motion_gain != 1.0 else []
        return [*stressed, *(f"{kind}_{block}" for block in blocks for kind in PARTS), "features"]

    def start(self, frame: Tensor) -> Tuple[Tensor, State]:
        """The first frame of a camera.

        :param frame: float32 [N, 3, H, W], RGB, mean and deviation removed
        :return: logits [N, classes] and the state
        """
        return self._advance(frame, None)

    def step(self, frame: Tensor, state: State) -> Tuple[Tensor, State]:
        """One frame more, as `start`; the state given is that after the frame before, of the same size."""
        return self._advance(frame, state)

    def advance_stressed(self, frame: Tensor, state: Optional[State]) -> Tuple[Tensor, State]:
        """As `step`, or `start` without a state, of a frame whose motion has been stressed; neither state has `frames`."""
        network, after = self.network, {}
        x = network.base_model.stem(frame)
        for name, block in self.blocks():
            x = self._block(name, block, x, state, after)
        features = self._ring("features", x.mean((2, 3)), state, after)
        return network.new_fc(features.mean(1)), after

    def stress(self, frame: Tensor, still: Tensor) -> Tensor:
        """A frame with what moves stressed against the mean of the T frames that end with it, both [N, 3, H, W]."""
        return still + self.network.config.motion_gain * (frame - still)

    def _advance(self, frame: Tensor, state: Optional[State]) -> Tuple[Tensor, State]:
        after: State = {}
        if self.network.config.motion_gain != 1.0:
            frame = self.stress(frame, self._ring("frames", frame, state, after).mean(1))
        logits, left = self.advance_stressed(frame, state)
        return logits, {**after, **left}

    def _ring(self, name: str, value: Tensor, state: Optional[State], after: State) -> Tensor:
        """The value behind the T-1 before it, [N, T, ...]; leaves all but the oldest for the next step."""
        back = self.network.config.segments - 1
        before = value[:, None].expand(-1, back, *value.shape[1:]) if state is None else state[name]
        ring = torch.cat((before, value[:, None]), 1)
        after[name] = ring[:, 1:]
        return ring

    def _block(self, name: str, block: TemporalBottleneck, x: Tensor, state: Optional[State], after: State) -> Tensor:
        net, keys = block.net, [f"{part}_{name}" for part in PARTS]
        shortcut = x if net.downsample is None else net.downsample(x)
        x = F.relu(net.bn1(net.conv1(x)))
        x, past, weighted = block.tam.start(x) if state is None else block.tam.step(x, *(state[key] for key in keys))
        after.update(zip(keys, (past, weighted, weighted if state is None else state[keys[1]])))
        x = F.relu(net.bn2(net.conv2(x)))
        return F.relu(net.bn3(net.conv3(x)) + shortcut)
