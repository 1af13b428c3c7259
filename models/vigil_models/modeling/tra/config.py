"""Configurations of the detector: the published ones and a small one for live cameras."""

from dataclasses import dataclass
from math import prod
from typing import Tuple

IMAGENET_VID_LABELS = (
    "airplane antelope bear bicycle bird bus car cattle dog domestic_cat elephant fox giant_panda hamster horse "
    "lion lizard monkey motorcycle rabbit red_panda sheep snake squirrel tiger train turtle watercraft whale zebra"
).split()


@dataclass(frozen=True)
class TRAConfig:
    """Everything that shapes the network. Defaults are the published ResNet-50-DC5 values."""

    labels: Tuple[str, ...]  # background is the extra last class

    # Backbone: four stages behind a stem of stride 4; only the last stage's map is used.
    bottleneck: bool = True  # False: two 3x3 convolutions per block
    blocks: Tuple[int, int, int, int] = (3, 4, 6, 3)
    widths: Tuple[int, int, int, int] = (64, 128, 256, 512)
    strides: Tuple[int, int, int, int] = (1, 2, 2, 1)
    dilations: Tuple[int, int, int, int] = (1, 1, 1, 2)
    stem_width: int = 64
    groups: int = 1
    width_per_group: int = 64

    channels: int = 512  # C, of the one map that all heads read
    normalised_heads: bool = False  # norms in neck, proposal head and box head, without which training from scratch stalls

    # Region proposals; anchor side = anchor_base * scale.
    anchor_base: int = 16
    anchor_scales: Tuple[float, ...] = (4, 8, 16, 32)
    anchor_ratios: Tuple[float, ...] = (0.5, 1, 2)  # height / width
    candidates: int = 6000  # kept by score before suppression
    proposals: int = 300
    training_proposals: int = 600  # of the key frame
    proposal_nms_iou: float = 0.7

    # Temporal RoI Align.
    roi_size: int = 7
    temporal_roi_align: bool = True  # False: RoI features are the key frame's own (SELSA alone)
    similar_points: int = 2
    attention_blocks: int = 4  # 0: plain mean over key and supports
    search_pooling: int = 1  # support maps are averaged over squares of this side before the search
    rounded_search: bool = False  # the search compares vectors rounded to 7 bits
    reproduce_zero_norm: bool = False  # True: a zero feature makes the output NaN, as in the original code

    # SELSA box head.
    aggregation: bool = True  # False: proposals see no others (Faster R-CNN on single frames)
    head_width: int = 1024
    head_layers: int = 3
    head_heads: int = 16

    # Input: fitted into width x height, padded to a multiple.
    input_size: Tuple[int, int] = (1000, 600)
    input_multiple: int = 16
    supports: int = 14  # T at test time, without the key frame itself

    def __post_init__(self):
        if not self.labels:
            raise ValueError("labels must name at least one class")
        if self.attention_blocks and self.channels % self.attention_blocks:
            raise ValueError(f"channels ({self.channels}) must divide into {self.attention_blocks} attention blocks")
        if self.rounded_search and self.reproduce_zero_norm:
            raise ValueError("NaN cannot be rounded to 7 bits: reproduce_zero_norm and rounded_search exclude each other")
        if self.head_width % self.head_heads:
            raise ValueError(f"head_width ({self.head_width}) must divide into {self.head_heads} heads")

    @property
    def stride(self) -> int:
        """Network pixels per feature pixel."""
        return 4 * prod(self.strides)

    @property
    def anchors_per_cell(self) -> int:
        return len(self.anchor_scales) * len(self.anchor_ratios)

    @staticmethod
    def r50_dc5(labels=IMAGENET_VID_LABELS, **changes) -> "TRAConfig":
        return TRAConfig(tuple(labels), **changes)

    @staticmethod
    def r101_dc5(labels=IMAGENET_VID_LABELS, **changes) -> "TRAConfig":
        return TRAConfig(tuple(labels), blocks=(3, 4, 23, 3), **changes)

    @staticmethod
    def x101_dc5(labels=IMAGENET_VID_LABELS, **changes) -> "TRAConfig":
        return TRAConfig(tuple(labels), blocks=(3, 4, 23, 3), groups=64, width_per_group=4, **changes)

    @staticmethod
    def selsa_r50_dc5(labels=IMAGENET_VID_LABELS, **changes) -> "TRAConfig":
        """SELSA without Temporal RoI Align, as published: two layers."""
        return TRAConfig(tuple(labels), temporal_roi_align=False, head_layers=2, **changes)

    @staticmethod
    def small(labels=("person", "car", "truck", "bicycle", "dog")) -> "TRAConfig":
        """A light network of stride 8 for objects of 12 to 250 pixels, for live cameras on two CPU cores."""
        return TRAConfig(
            tuple(labels),
            bottleneck=False,
            blocks=(1, 2, 2, 2),
            widths=(24, 48, 64, 96),
            strides=(1, 2, 1, 1),
            stem_width=24,
            channels=64,
            normalised_heads=True,
            anchor_base=8,
            anchor_scales=(2, 3.5, 6, 10, 17),
            anchor_ratios=(0.5, 1, 2.4),
            candidates=300,
            proposals=24,
            training_proposals=48,
            proposal_nms_iou=0.6,
            search_pooling=2,
            head_width=256,
            head_layers=2,
            head_heads=8,
            input_size=(384, 288),
            supports=6,
        )
