"""The networks as the service runs them: uint8 pixels in, normalisation inside.

Names of inputs and outputs are the contract of docs/model-package.md. Every class is one ONNX graph.
"""

from typing import Dict, List, NamedTuple, Tuple

from torch import Tensor, nn

from ..modeling.tam import TANet
from ..modeling.tra import TRA, Support
from ..modeling.tra.preprocess import normalise

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


class RecognizeGraph(nn.Module):
    """Logits of one clip."""

    spec = GraphSpec(["clip"], ["logits"], {"clip": {2: "H", 3: "W"}})

    def __init__(self, recognizer: TANet):
        super().__init__()
        self.recognizer = recognizer

    def forward(self, clip: Tensor) -> Tensor:
        return self.recognizer(_network_input(clip, self))
