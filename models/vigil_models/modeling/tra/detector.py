"""The whole detector, cut where results can be kept: per frame, per support frame, per key frame."""

from dataclasses import replace
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

from . import boxes
from .backbone import Backbone
from .config import TRAConfig
from .neck import Neck
from .rpn import RPNHead
from .selsa import SelsaBBoxHead
from .temporal_roi_align import TemporalRoIAlign, align


class Support(NamedTuple):
    """What support frames contribute to any key frame; several frames are joined along axis 0."""

    pixels: Tensor  # [T, P, C]
    inverse_norms: Tensor  # [T, P, 1]
    keys: Tensor  # [M, layers, D]
    values: Tensor  # [M, layers, D]

    @staticmethod
    def join(supports: Sequence["Support"]) -> "Support":
        return Support(*(torch.cat(parts) for parts in zip(*supports)))


class Head(NamedTuple):
    """Raw output for the proposals of a key frame."""

    logits: Tensor  # [N, classes + 1], background last
    deltas: Tensor  # [N, classes * 4]


class RoIHead(nn.Module):
    """Temporal RoI Align and the SELSA box head."""

    def __init__(self, config: TRAConfig):
        super().__init__()
        self.bbox_roi_extractor = TemporalRoIAlign(config)
        self.bbox_head = SelsaBBoxHead(config)


class FasterRCNN(nn.Module):
    """Holds the parts under the names they have in published state dicts."""

    def __init__(self, config: TRAConfig):
        super().__init__()
        self.backbone = Backbone(config)
        self.neck = Neck(self.backbone.out_channels, config)
        self.rpn_head = RPNHead(config)
        self.roi_head = RoIHead(config)


class TRA(nn.Module):
    """Temporal RoI Align detector.

    `features` and `proposals` depend on one frame, `support` on one support frame, `head` on the key frame and its
    supports. The released test protocol counts the key frame as one more support.
    """

    def __init__(self, config: TRAConfig):
        super().__init__()
        self.config = config
        self.detector = FasterRCNN(config)
        self._initialise()

    def features(self, images: Tensor) -> Tensor:
        """[B, 3, H, W] normalised RGB, H and W multiples of 16 -> [B, C, h, w]."""
        return self.detector.neck(self.detector.backbone(images))

    def proposals(self, features: Tensor, image_size: Tensor) -> List[Tensor]:
        """Proposals of every image at test time, best first: B tensors [<= 300, 5], box and score.

        :param image_size: float [2], height and width before padding
        """
        return self.detector.rpn_head.proposals(features, image_size, self.config.proposals)

    def support(self, features: Tensor, proposals: Tensor) -> Support:
        """Contribution of one support frame: [1, C, h, w] and boxes [M, 4]."""
        head = self.detector.roi_head
        pixels, inverse_norms = head.bbox_roi_extractor.support(features)
        keys, values = head.bbox_head.support(align(features, proposals, self.config))
        return Support(pixels, inverse_norms, keys, values)

    def roi_features(self, features: Tensor, proposals: Tensor, support: Support) -> Tensor:
        """Temporally enriched RoI features of the key frame: [1, C, h, w], [N, 4] -> [N, C, S, S]."""
        aligned = align(features, proposals, self.config)
        return self.detector.roi_head.bbox_roi_extractor(aligned, support.pixels, support.inverse_norms)

    def head(self, features: Tensor, proposals: Tensor, support: Support) -> Head:
        """Classes and deltas of a key frame's proposals [N, 4], given all its supports."""
        roi_features = self.roi_features(features, proposals, support)
        return Head(*self.detector.roi_head.bbox_head(roi_features, support.keys, support.values))

    def boxes(self, proposals: Tensor, deltas: Tensor, image_size: Tensor) -> Tensor:
        """Boxes of every class, clipped to the image: [N, 4], [N, classes * 4] -> [N, classes, 4]."""
        deltas = deltas.view(deltas.shape[0], len(self.config.labels), 4)
        return boxes.clip(boxes.decode(proposals[:, None], deltas, boxes.HEAD_STDS), image_size)

    def forward(self, key: Tensor, supports: Tensor, image_size: Tensor) -> Tuple[Tensor, Head]:
        """Detect on a key frame with support frames by the released test protocol.

        :param key: [1, 3, H, W], supports: [T, 3, H, W], T may be 0; the key frame is appended to the supports
        :param image_size: float [2], height and width before padding
        :return: proposals [N, 5] of the key frame, best first, and the head's raw output for them
        """
        features = [self.features(frame) for frame in torch.cat((supports, key)).split(1)]
        proposals = [self.proposals(f, image_size)[0] for f in features]
        joined = Support.join([self.support(f, p[:, :4]) for f, p in zip(features, proposals)])
        return proposals[-1], self.head(features[-1], proposals[-1][:, :4], joined)

    def searching(self, pooling: Optional[int] = None, rounded: Optional[bool] = None) -> "TRA":
        """A copy with another search; the weights fit any.

        :param pooling: support maps are averaged over squares of this side before, 1 is exact; None: as here. ValueError below 1
        :param rounded: whether vectors rounded to 7 bits are compared; None: as here
        """
        if pooling is not None and pooling < 1:
            raise ValueError(f"support maps cannot be averaged over squares of {pooling} x {pooling}; the least is 1, the full maps")
        changes = {"search_pooling": pooling, "rounded_search": rounded}
        copy = TRA(replace(self.config, **{name: value for name, value in changes.items() if value is not None}))
        copy.load_state_dict(self.state_dict())
        return copy.train(self.training)

    def _initialise(self):
        """Initial values of the published recipe (spec section 11), random backbone included."""
        rpn, head = self.detector.rpn_head, self.detector.roi_head.bbox_head
        for module in self.detector.backbone.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        for layer in (self.detector.neck.convs[0].conv, *head.shared_fcs):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        for layer, std in ((rpn.rpn_conv, 0.01), (rpn.rpn_cls, 0.01), (rpn.rpn_reg, 0.01)):
            nn.init.normal_(layer.weight, std=std)
            nn.init.zeros_(layer.bias)
        for layer, std in ((head.fc_cls, 0.01), (head.fc_reg, 0.001)):
            nn.init.normal_(layer.weight, std=std)
            nn.init.zeros_(layer.bias)
        if self.config.temporal_roi_align and self.config.attention_blocks:
            embed = self.detector.roi_head.bbox_roi_extractor.embed_network.conv
            nn.init.kaiming_normal_(embed.weight, mode="fan_out")
            nn.init.zeros_(embed.bias)
