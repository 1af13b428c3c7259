"""RoI features of the key frame, enriched by the most similar features of support frames (spec section 6)."""

import math
from typing import NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.ops import roi_align

from .config import TRAConfig

SAMPLING_RATIO = 2
MIN_NORM = 1e-12


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
    """Most similar RoI align in every support frame, then temporal attention over key and supports."""

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
        :return: cosine similarity and pixel index y * w + x, both [T, N*S*S, K], best first; of a map with fewer than K
            pixels, all
        """
        bins = roi_features.permute(0, 2, 3, 1).flatten(0, 2)  # [N*S*S, C]
        bins = bins * inverse_norm(bins, self.config.reproduce_zero_norm)
        similarity = bins @ (pixels * inverse_norms).transpose(1, 2)  # [T, N*S*S, P]
        points = self.config.similar_points
        if not torch.jit.is_tracing():
            points = min(points, similarity.shape[2])
        return similarity.topk(points, dim=-1)

    def most_similar(self, roi_features: Tensor, pixels: Tensor, inverse_norms: Tensor) -> Tensor:
        """RoI features gathered from every support frame: [N, C, S, S] -> [T, N, C, S, S]."""
        return self._gather(roi_features, pixels, *self.search(roi_features, pixels, inverse_norms))

    def _gather(self, roi_features: Tensor, pixels: Tensor, similarity: Tensor, index: Tensor) -> Tensor:
        t, p, c = pixels.shape
        n, _, s, _ = roi_features.shape
        pixels = pixels.reshape(t * p, c)
        index = index + torch.arange(t, device=index.device)[:, None, None] * p
        weights = similarity.softmax(-1)
        gathered = sum(w.unsqueeze(-1) * pixels[i] for w, i in zip(weights.unbind(-1), index.unbind(-1)))
        return gathered.view(t, n, s, s, c).permute(0, 1, 4, 2, 3)

    def attention(self, frames: Tensor) -> Tensor:
        """Weights over key and supports: [T+1, N, C, S, S] -> [T+1, N, B, S, S], summing to 1 over axis 0."""
        blocks = self.config.attention_blocks
        t, n, c, s, _ = frames.shape
        embedded = self.embed_network.conv(frames.reshape(t * n, c, s, s)).view(t, n, blocks, c // blocks, s, s)
        logits = (embedded * embedded[:1]).sum(3) / math.sqrt(c // blocks)
        return logits.softmax(0)

    def explain(self, roi_features: Tensor, pixels: Tensor, inverse_norms: Tensor) -> Explanation:
        """What `forward` looked at, for at least one support frame and at least one attention block."""
        n, _, s, _ = roi_features.shape
        similarity, index = self.search(roi_features, pixels, inverse_norms)
        similar = self._gather(roi_features, pixels, similarity, index)
        attention = self.attention(torch.cat((roi_features.unsqueeze(0), similar)))
        shape = (pixels.shape[0], n, s, s, -1)
        return Explanation(index.view(shape), similarity.view(shape), attention)

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
        if torch.jit.is_tracing() or self.training:
            similar = self.most_similar(roi_features, pixels, inverse_norms)
        else:
            # One support at a time: the similarity matrix of full-size networks has 133 MB per support.
            per_support = zip(pixels.split(1), inverse_norms.split(1))
            similar = torch.cat([self.most_similar(roi_features, p, i) for p, i in per_support])
        frames = torch.cat((roi_features.unsqueeze(0), similar))  # [T+1, N, C, S, S]
        if not self.config.attention_blocks:
            return frames.mean(0)
        weights = self.attention(frames).unsqueeze(3)  # [T+1, N, B, 1, S, S]
        t, n, blocks, _, s, _ = weights.shape
        return (weights * frames.reshape(t, n, blocks, -1, s, s)).sum(0).flatten(1, 2)
