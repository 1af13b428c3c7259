"""RoI features of the key frame, enriched by the most similar features of support frames (spec section 6)."""

import math
from typing import NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.ops import roi_align

from .config import TRAConfig
from .similarity import ExactCosines, RoundedCosines

SAMPLING_RATIO = 2
MIN_NORM = 1e-12
SIMILARITY_BYTES = 1 << 28  # of the bins that are searched at once; those of all bins of a published network take 2 GB


def align(features: Tensor, boxes: Tensor, config: TRAConfig, images: Optional[Tensor] = None) -> Tensor:
    """Plain RoIAlign: [B, C, h, w], [n, 4] -> [n, C, S, S] (spec section 5).

    :param images: [n], index of the image of every box; without it, all are of the first
    """
    rois = F.pad(boxes, (1, 0)) if images is None else torch.cat((images.to(boxes)[:, None], boxes), 1)
    return roi_align(features, rois, config.roi_size, 1 / config.stride, SAMPLING_RATIO, aligned=True)


def inverse_norm(features: Tensor, reproduce_zero_norm: bool) -> Tensor:
    """1 / L2 norm over the last axis, which is kept; finite for zero features unless the defect is asked for."""
    norm = features.norm(dim=-1, keepdim=True)
    return 1 / (norm if reproduce_zero_norm else norm.clamp(min=MIN_NORM))


def _by_bin(roi_features: Tensor) -> Tensor:
    """[N, C, S, S] -> [S, S, N, C]"""
    return roi_features.permute(2, 3, 0, 1)


class _Embedding(nn.Module):
    """A 3x3 convolution under the name it has in published state dicts."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)


class Explanation(NamedTuple):
    """Why RoI features became what they are."""

    index: Tensor  # [T, N, S, S, K], the most similar pixels of every support frame, y * w + x of the searched map
    similarity: Tensor  # [T, N, S, S, K], their cosines, best first
    attention: Tensor  # [T + 1, N, B, S, S], weight of every frame, key frame first; sums to 1 over the frames


class TemporalRoIAlign(nn.Module):
    """Most similar RoI align in every support frame, then temporal attention over key and supports.

    Between the steps, everything is laid out by bin first, [S*S, ...]: products over the proposals of one bin are of a size
    that stays in a processor's cache, and a shift by one bin is a slice.
    """

    def __init__(self, config: TRAConfig):
        super().__init__()
        self.config = config
        if config.temporal_roi_align and config.attention_blocks:
            self.embed_network = _Embedding(config.channels)

    def support(self, features: Tensor) -> Tuple[Tensor, Tensor]:
        """What the search needs of support frames: [T, C, h, w] -> pixels [T, P, C], inverse norms [T, P, 1]."""
        if self.config.search_pooling > 1:
            features = F.avg_pool2d(features, self.config.search_pooling)
        pixels = features.flatten(2).transpose(1, 2)
        return pixels, inverse_norm(pixels, self.config.reproduce_zero_norm)

    def search(self, roi_features: Tensor, pixels: Tensor, inverse_norms: Tensor) -> Tuple[Tensor, Tensor]:
        """The K most similar support pixels of every bin.

        :param roi_features: [N, C, S, S]; pixels: [T, P, C]; inverse_norms: [T, P, 1]
        :return: cosine similarity and pixel index y * w + x, both [S*S, N, T, K], best first; of a map with fewer than K
            pixels, all
        """
        bins = _by_bin(roi_features).flatten(0, 1)  # [S*S, N, C]
        bins = bins * inverse_norm(bins, self.config.reproduce_zero_norm)
        cosines = (RoundedCosines if self.config.rounded_search else ExactCosines)(pixels * inverse_norms)
        points = self.config.similar_points
        if not torch.jit.is_tracing():
            points = min(points, pixels.shape[1])
        step = self._bins_at_once()
        found = [cosines.most_similar(bins[start : start + step], points) for start in range(0, self.config.roi_size**2, step)]
        similarity, index = zip(*found)
        return torch.cat(similarity), torch.cat(index)

    def _bins_at_once(self) -> int:
        config = self.config
        width, height = (size // (config.stride * config.search_pooling) for size in config.input_size)
        bytes_per_bin = 4 * config.proposals * (config.supports + 1) * width * height
        return min(max(SIMILARITY_BYTES // max(bytes_per_bin, 1), 1), config.roi_size**2)

    def most_similar(self, roi_features: Tensor, pixels: Tensor, inverse_norms: Tensor) -> Tensor:
        """RoI features gathered from every support frame: [N, C, S, S] -> [S*S, N, T, C]."""
        return self._gather(pixels, *self.search(roi_features, pixels, inverse_norms))

    def _gather(self, pixels: Tensor, similarity: Tensor, index: Tensor) -> Tensor:
        t, p, c = pixels.shape
        index = index + torch.arange(t, device=index.device)[:, None] * p
        weights = similarity.softmax(-1)
        pixels = pixels.reshape(t * p, c)
        return sum(w.unsqueeze(-1) * pixels[i] for w, i in zip(weights.unbind(-1), index.unbind(-1)))

    def attention(self, roi_features: Tensor, similar: Tensor) -> Tensor:
        """Weights over key and supports, summing to 1 over the frames, key frame first.

        :param roi_features: [N, C, S, S], of the key frame; similar: [S*S, N, T, C], from `most_similar`
        :return: [S*S, N, T + 1, B]
        """
        embedded = _by_bin(self.embed_network.conv(roi_features))  # [S, S, N, C]
        own = self._by_block(embedded.square()).sum(-1).flatten(0, 1).unsqueeze(2)  # [S*S, N, 1, B]
        logits = torch.cat((own, self._support_logits(embedded, similar)), 2)
        return (logits / math.sqrt(self.config.channels // self.config.attention_blocks)).softmax(2)

    def _support_logits(self, embedded: Tensor, similar: Tensor) -> Tensor:
        """Products of the key's embedding with that of every support, no support being embedded.

        The embedding e(s) of a support is linear in s, so that <k, e(s)> is the product of s with k carried back through the
        convolution. That is done once for all supports, where embedding them takes a convolution for each.

        :param embedded: [S, S, N, C], of the key frame; similar: [S*S, N, T, C]
        :return: [S*S, N, T, B]
        """
        conv, size = self.embed_network.conv, self.config.roi_size
        rows, columns = conv.kernel_size
        _, n, t, c = similar.shape
        weight = self._by_block(conv.weight.permute(2, 3, 1, 0)).permute(0, 1, 3, 4, 2)  # [3, 3, B, C/B, C]
        blocks = weight.shape[2]
        similar = similar.reshape(size * size * n, t, c)
        padded = F.pad(embedded, (0, 0, 0, 0, 1, 1, 1, 1))  # [S + 2, S + 2, N, C]
        logits = self._by_block(embedded * conv.bias).sum(-1).unsqueeze(3)  # [S, S, N, 1, B]
        for row in range(rows):
            below = padded[rows - 1 - row : rows - 1 - row + size]
            shifted = [below[:, columns - 1 - column : columns - 1 - column + size] for column in range(columns)]
            keys = torch.stack(shifted).reshape(columns, size * size * n, blocks, c // blocks).transpose(1, 2)
            carried = (keys @ weight[row]).permute(2, 0, 1, 3).reshape(size * size * n, columns * blocks, c)
            products = (similar @ carried.transpose(1, 2)).view(size, size, n, t, columns, blocks)
            products = F.pad(products, (0, 0) * 4 + (1, 1, 1, 1))[row : row + size]
            for column in range(columns):
                logits = logits + products[:, column : column + size, :, :, column]
        return logits.flatten(0, 1)

    def _grid(self, values: Tensor) -> Tensor:
        """[S*S, ...] -> [S, S, ...]"""
        return values.reshape(self.config.roi_size, self.config.roi_size, *values.shape[1:])

    def _by_block(self, values: Tensor) -> Tensor:
        """[..., C] -> [..., B, C / B]"""
        blocks = self.config.attention_blocks
        return values.reshape(*values.shape[:-1], blocks, self.config.channels // blocks)

    def explain(self, roi_features: Tensor, pixels: Tensor, inverse_norms: Tensor) -> Explanation:
        """What `forward` looked at, for at least one support frame and at least one attention block."""
        similarity, index = self.search(roi_features, pixels, inverse_norms)
        attention = self.attention(roi_features, self._gather(pixels, similarity, index))
        return Explanation(
            self._grid(index).permute(3, 2, 0, 1, 4),
            self._grid(similarity).permute(3, 2, 0, 1, 4),
            self._grid(attention).permute(3, 2, 4, 0, 1),
        )

    def forward(self, roi_features: Tensor, pixels: Tensor, inverse_norms: Tensor) -> Tensor:
        """Enriched RoI features.

        No support frames: the RoI features unchanged; no RoIs: empty. Both crash in the original code. Without
        `temporal_roi_align` in the configuration, always unchanged.

        :param roi_features: [N, C, S, S], plain RoIAlign of the key frame
        :param pixels: [T, P, C], inverse_norms: [T, P, 1], from `support`
        :return: [N, C, S, S]
        """
        if not self.config.temporal_roi_align:
            return roi_features
        if not torch.jit.is_tracing() and (len(roi_features) == 0 or len(pixels) == 0):
            return roi_features
        similar = self.most_similar(roi_features, pixels, inverse_norms)
        key = _by_bin(roi_features).flatten(0, 1)  # [S*S, N, C]
        if self.config.attention_blocks:
            merged = self._merge(key, similar, self.attention(roi_features, similar))
        else:
            merged = torch.cat((key.unsqueeze(2), similar), 2).mean(2)
        return self._grid(merged).permute(2, 3, 0, 1)

    def _merge(self, key: Tensor, similar: Tensor, weights: Tensor) -> Tensor:
        """[S*S, N, C], [S*S, N, T, C], [S*S, N, T + 1, B] -> [S*S, N, C]"""
        channels, blocks = self.config.channels, self.config.attention_blocks
        own = torch.eye(blocks, device=key.device, dtype=key.dtype).repeat_interleave(channels // blocks, 1)  # [B, C]
        of_supports = weights[:, :, 1:].transpose(2, 3) @ similar  # every block's weights for all channels
        of_key = weights[:, :, 0].unsqueeze(-1) * key.unsqueeze(2)
        return ((of_supports + of_key) * own).sum(2)
