"""Cosines between RoI bins and support pixels, exact or of rounded vectors, and the best of them."""

from typing import Any, NamedTuple, Tuple

import torch
from torch import Tensor

LEVELS = 127  # 7 bits: sums of two products fit 16 bits, which processors without VNNI add in


class Similar(NamedTuple):
    """The K most similar pixels of every support frame, best first."""

    cosine: Tensor  # [A, N, T, K]
    index: Tensor  # [A, N, T, K], number of the pixel in its frame


class ExactCosines:
    """All support pixels, as unit vectors."""

    def __init__(self, units: Tensor):
        """:param units: [T, P, C]"""
        self.frames, self.pixels, channels = units.shape
        self._units = units.reshape(self.frames * self.pixels, channels).T

    def most_similar(self, bins: Tensor, points: int) -> Similar:
        """Unit vectors [A, N, C], of which all are searched in one product: one for each leaves a processor less to do at once."""
        cosines = bins.flatten(0, 1) @ self._units
        return Similar(*cosines.view(*bins.shape[:2], self.frames, self.pixels).topk(points, dim=-1))


class RoundedCosines:
    """The same with components rounded to 7 bits, which processors with VNNI search more than twice as fast.

    Components must not be negative, as those of features after a ReLU aren't. Every bin is rounded to steps of its own; the pixels
    of one support frame share theirs, since they are compared with each other.
    """

    def __init__(self, units: Tensor):
        """:param units: [T, P, C]"""
        self.frames, self.pixels, channels = units.shape
        self._steps = _step(units.amax(1, keepdim=True))  # [T, 1, 1]
        self._codes = _codes(units, self._steps).to(torch.int8).reshape(self.frames * self.pixels, channels).T

    def most_similar(self, bins: Tensor, points: int) -> Similar:
        """Unit vectors [A, N, C]."""
        steps = _step(bins)  # [A, N, 1]
        products = _IntegerProduct.apply(_codes(bins, steps).to(torch.uint8).flatten(0, 1), self._codes)
        best, index = _first_best(products.view(*bins.shape[:2], self.frames, self.pixels), points)
        return Similar(best.to(bins.dtype) * steps.unsqueeze(-1) * self._steps[:, 0], index)


def _first_best(products: Tensor, points: int) -> Tuple[Tensor, Tensor]:
    """Of equal ones, which are many, the first, as ONNX defines its TopK; that of PyTorch may take any."""
    if torch.jit.is_tracing():
        return products.topk(points, dim=-1)
    count = products.shape[-1]
    ranks = products.double() * count - torch.arange(count, device=products.device)
    index = ranks.topk(points, dim=-1).indices
    return products.gather(-1, index), index


def _step(values: Tensor) -> Tensor:
    """By which the largest component is `LEVELS`: [..., C] -> [..., 1]"""
    return values.amax(-1, keepdim=True).clamp(min=torch.finfo(torch.float32).tiny) / LEVELS


def _codes(values: Tensor, steps: Tensor) -> Tensor:
    return (values / steps).round()


class _IntegerProduct(torch.autograd.Function):
    """uint8 [M, C] @ int8 [C, P] -> int32 [M, P], without a gradient; float32 adds products of 7-bit numbers exactly up to C = 1040."""

    @staticmethod
    def forward(context: Any, a: Tensor, b: Tensor) -> Tensor:
        return (a.float() @ b.float()).to(torch.int32)

    @staticmethod
    def symbolic(graph: Any, a: Any, b: Any) -> Any:
        return graph.op("MatMulInteger", a, b)
