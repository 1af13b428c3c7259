"""The networks as the service runs them: uint8 pixels in, normalisation inside.

Names of inputs and outputs are the contract of docs/model-package.md. Every class is one ONNX graph.
"""

from typing import Dict, List, NamedTuple, Tuple

import torch
from torch import Tensor, nn

from ..modeling.tam import TANet, temporal_modules
from ..modeling.tra import TRA, Support
from ..modeling.tra.preprocess import normalise
from ..modeling.tra.temporal_roi_align import align

SUPPORT_NAMES = [f"support_{field}" for field in Support._fields]


class GraphSpec(NamedTuple):
    """Names of a graph's tensors and of their dimensions known at run time."""

    inputs: List[str]
    outputs: List[str]
    dynamic: Dict[str, Dict[int, str]]


def _network_input(pixels: Tensor, graph: nn.Module) -> Tensor:
    """uint8 [..., H, W, 3] -> normalised [..., 3, H, W] in the precision of the graph's weights."""
    return normalise(pixels).to(next(graph.parameters()).dtype)


class FrameGraph(nn.Module):
    """What depends on one frame: its feature map and its proposals."""

    spec = GraphSpec(
        ["image", "image_size"],
        ["features", "proposals"],
        {"image": {1: "H", 2: "W"}, "features": {2: "h", 3: "w"}, "proposals": {0: "N"}},
    )

    def __init__(self, detector: TRA):
        super().__init__()
        self.detector = detector

    def forward(self, image: Tensor, image_size: Tensor) -> Tuple[Tensor, Tensor]:
        features = self.detector.features(_network_input(image, self))
        return features, self.detector.proposals(features, image_size)[0][:, :4]


class SupportGraph(nn.Module):
    """What a support frame contributes to any key frame."""

    spec = GraphSpec(
        ["features", "proposals"],
        SUPPORT_NAMES,
        {
            "features": {2: "h", 3: "w"},
            "proposals": {0: "N"},
            "support_pixels": {1: "P"},
            "support_inverse_norms": {1: "P"},
            "support_keys": {0: "N"},
            "support_values": {0: "N"},
        },
    )

    def __init__(self, detector: TRA):
        super().__init__()
        self.detector = detector

    def forward(self, features: Tensor, proposals: Tensor) -> Support:
        return self.detector.support(features, proposals)


class DetectGraph(nn.Module):
    """Detections of the key frame, given the contributions of its supports."""

    spec = GraphSpec(
        ["features", "proposals", "image_size", *SUPPORT_NAMES],
        ["scores", "boxes"],
        {
            "features": {2: "h", 3: "w"},
            "proposals": {0: "N"},
            "support_pixels": {0: "T", 1: "P"},
            "support_inverse_norms": {0: "T", 1: "P"},
            "support_keys": {0: "M"},
            "support_values": {0: "M"},
            "scores": {0: "N"},
            "boxes": {0: "N"},
        },
    )

    def __init__(self, detector: TRA):
        super().__init__()
        self.detector = detector

    def forward(self, features: Tensor, proposals: Tensor, image_size: Tensor, *support: Tensor):
        logits, deltas = self.detector.head(features, proposals, Support(*support))
        return logits.softmax(-1), self.detector.boxes(proposals, deltas, image_size)


class ExplainDetectionGraph(nn.Module):
    """Why the detector saw what it saw in some of the key frame's proposals; not needed for detecting."""

    spec = GraphSpec(
        ["features", "proposals", "support_pixels", "support_inverse_norms"],
        ["similar_index", "similar_points", "similarity", "attention"],
        {
            "features": {2: "h", 3: "w"},
            "proposals": {0: "N"},
            "support_pixels": {0: "T", 1: "P"},
            "support_inverse_norms": {0: "T", 1: "P"},
            "similar_index": {0: "T", 1: "N"},
            "similar_points": {0: "T", 1: "N"},
            "similarity": {0: "T", 1: "N"},
            "attention": {0: "F", 1: "N"},
        },
    )

    def __init__(self, detector: TRA):
        super().__init__()
        config = detector.config
        if not config.temporal_roi_align or not config.attention_blocks:
            raise ValueError("a detector without temporal attention has nothing to explain")
        self.detector = detector

    def forward(self, features: Tensor, proposals: Tensor, pixels: Tensor, inverse_norms: Tensor) -> Tuple[Tensor, ...]:
        config = self.detector.config
        extractor = self.detector.detector.roi_head.bbox_roi_extractor
        found = extractor.explain(align(features, proposals, config), pixels, inverse_norms)
        columns = torch._shape_as_tensor(features)[3] // config.search_pooling
        x, y = found.index % columns, torch.div(found.index, columns, rounding_mode="floor")
        points = (torch.stack((x, y), -1).to(features.dtype) + 0.5) * (config.stride * config.search_pooling)
        return found.index, points, found.similarity, found.attention


class RecognizeGraph(nn.Module):
    """Logits of one clip."""

    spec = GraphSpec(["clip"], ["logits"], {"clip": {2: "H", 3: "W"}})

    def __init__(self, recognizer: TANet):
        super().__init__()
        self.recognizer = recognizer

    def forward(self, clip: Tensor) -> Tensor:
        return self.recognizer(_network_input(clip, self))


class ExplainRecognitionGraph(nn.Module):
    """Logits of one clip, and the kernel and the importance of every block that led to them."""

    def __init__(self, recognizer: TANet):
        super().__init__()
        self.recognizer = recognizer
        blocks = [name.replace(".", "_") for name in temporal_modules(recognizer.base_model)]
        if not blocks:
            raise ValueError("a recognizer without temporal modules has nothing to explain")
        outputs = [f"{kind}_{block}" for block in blocks for kind in ("kernel", "importance")]
        self.spec = GraphSpec(["clip"], ["logits", *outputs], {"clip": {2: "H", 3: "W"}})

    def forward(self, clip: Tensor) -> Tuple[Tensor, ...]:
        logits, filters = self.recognizer.explain(_network_input(clip, self))
        return (logits, *(values for block in filters.values() for values in block))
