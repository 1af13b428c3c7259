"""Sequence-level aggregation of proposals and the box head (spec section 7)."""

import math
from typing import List, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import TRAConfig


class SelsaAggregator(nn.Module):
    """Multi-head attention of key proposals over support proposals."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.fc_embed = nn.Linear(width, width)
        self.ref_fc_embed = nn.Linear(width, width)
        self.fc = nn.Linear(width, width)
        self.ref_fc = nn.Linear(width, width)

    def support(self, r: Tensor) -> Tuple[Tensor, Tensor]:
        """Keys and values of support proposals: [M, D] -> two [M, D]."""
        return self.ref_fc_embed(r), self.ref_fc(r)

    def _by_head(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], self.heads, x.shape[1] // self.heads).transpose(0, 1)  # [heads, n, D / heads]

    def attend(self, x: Tensor, keys: Tensor, values: Tensor, hidden: Optional[Tensor] = None) -> Tensor:
        """[N, D], [M, D], [M, D] -> [N, D]; with M = 0 every row is the bias of `fc`.

        :param hidden: bool [N, M], true where a key proposal must not see a support proposal
        """
        query = self._by_head(self.fc_embed(x))
        weights = query @ self._by_head(keys).transpose(1, 2) / math.sqrt(query.shape[2])  # [heads, N, M]
        if hidden is not None:
            weights = weights.masked_fill(hidden, -math.inf)
        attended = weights.softmax(-1) @ self._by_head(values)
        return self.fc(attended.transpose(0, 1).flatten(1))

    def forward(self, x: Tensor, r: Tensor) -> Tensor:
        return self.attend(x, *self.support(r))


class NoAggregator(nn.Module):
    """Where proposals see no others: nothing is kept of supports, nothing is added to key proposals."""

    def support(self, r: Tensor) -> Tuple[Tensor, Tensor]:
        """[M, D] -> two [M, 0]."""
        return r[:, :0], r[:, :0]

    def attend(self, x: Tensor, keys: Tensor, values: Tensor, hidden: Optional[Tensor] = None) -> Tensor:
        return torch.zeros_like(x)


class SelsaBBoxHead(nn.Module):
    """Classes and class-specific box deltas of key proposals, given support proposals.

    The support side never sees the key side, so `support` is computed once per support frame and kept.
    """

    def __init__(self, config: TRAConfig):
        super().__init__()
        classes, width = len(config.labels), config.head_width
        inputs = [config.channels * config.roi_size**2] + [width] * (config.head_layers - 1)
        self.shared_fcs = nn.ModuleList(nn.Linear(n, width) for n in inputs)
        self.norms = nn.ModuleList(nn.LayerNorm(width) if config.normalised_heads else nn.Identity() for _ in inputs)
        self.aggregator = nn.ModuleList(
            SelsaAggregator(width, config.head_heads) if config.aggregation else NoAggregator() for _ in inputs
        )
        self.fc_cls = nn.Linear(width, classes + 1)
        self.fc_reg = nn.Linear(width, classes * 4)

    def support(self, roi_features: Tensor) -> Tuple[Tensor, Tensor]:
        """Keys and values of all layers: [M, C, S, S] -> two [M, layers, D]."""
        r = roi_features.flatten(1)
        keys, values = [], []
        for fc, norm, aggregator in zip(self.shared_fcs, self.norms, self.aggregator):
            r = norm(fc(r))
            key, value = aggregator.support(r)
            keys.append(key)
            values.append(value)
            r = F.relu(r)
        return torch.stack(keys, 1), torch.stack(values, 1)

    def layers(
        self, roi_features: Tensor, keys: Tensor, values: Tensor, hidden: Optional[Tensor] = None
    ) -> List[Tensor]:
        """Key proposals after every layer, each [N, D]."""
        x = roi_features.flatten(1)
        outputs = []
        for layer, (fc, norm, aggregator) in enumerate(zip(self.shared_fcs, self.norms, self.aggregator)):
            x = norm(fc(x))
            x = F.relu(x + aggregator.attend(x, keys[:, layer], values[:, layer], hidden))
            outputs.append(x)
        return outputs

    def forward(
        self, roi_features: Tensor, keys: Tensor, values: Tensor, hidden: Optional[Tensor] = None
    ) -> Tuple[Tensor, Tensor]:
        """[N, C, S, S] and the output of `support` -> class logits [N, classes + 1], deltas [N, classes * 4].

        :param hidden: bool [N, M], see `SelsaAggregator.attend`; for several key frames at once
        """
        x = self.layers(roi_features, keys, values, hidden)[-1]
        return self.fc_cls(x), self.fc_reg(x)
