"""The networks as the service runs them: uint8 pixels in, normalisation inside.

Names of inputs and outputs are the contract of docs/model-package.md. Every class is one ONNX graph.
"""

from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import Tensor, nn

from ..modeling.tam import TANet, temporal_modules
from ..modeling.tam_streaming import State, StreamingTANet
from ..modeling.tra import TRA, Support, TRAConfig
from ..modeling.tra.preprocess import normalise
from ..modeling.tra.temporal_roi_align import align



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


def contributed(config: TRAConfig) -> List[str]:
    """The fields of `Support` that the network reads: of SELSA alone, keys and values.

    Raises ValueError for a network that looks at single frames.
    """
    fields = (["pixels", "inverse_norms"] if config.temporal_roi_align else []) + (["keys", "values"] if config.aggregation else [])
    if not fields:
        raise ValueError("a detector that looks at single frames has no use for support frames and can't be a package")
    return fields


class SupportGraph(nn.Module):
    """What a support frame contributes to any key frame."""

    def __init__(self, detector: TRA):
        super().__init__()
        self.detector, self.fields = detector, contributed(detector.config)
        self.spec = GraphSpec(
            ["features", "proposals"],
            [f"support_{field}" for field in self.fields],
            {
                "features": {2: "h", 3: "w"},
                "proposals": {0: "N"},
                "support_pixels": {1: "P"},
                "support_inverse_norms": {1: "P"},
                "support_keys": {0: "N"},
                "support_values": {0: "N"},
            },
        )

    def forward(self, features: Tensor, proposals: Tensor) -> Tuple[Tensor, ...]:
        support = self.detector.support(features, proposals)
        return tuple(getattr(support, field) for field in self.fields)


class DetectGraph(nn.Module):
    """Detections of the key frame, given the contributions of its supports."""

    def __init__(self, detector: TRA):
        super().__init__()
        self.detector, self.fields = detector, contributed(detector.config)
        self.spec = GraphSpec(
            ["features", "proposals", "image_size", *(f"support_{field}" for field in self.fields)],
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

    def forward(self, features: Tensor, proposals: Tensor, image_size: Tensor, *contributions: Tensor):
        unread = features.new_zeros(0)
        support = Support(*[dict(zip(self.fields, contributions)).get(field, unread) for field in Support._fields])
        logits, deltas = self.detector.head(features, proposals, support)
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


class StreamingGraph(nn.Module):
    """One frame of a camera: what `StartGraph` and `StepGraph` have in common.

    Frames in the state are kept as bytes. Heights and widths in the state follow from those of the frame.
    """

    def __init__(self, recognizer: StreamingTANet):
        super().__init__()
        self.recognizer = recognizer
        self.names = recognizer.state_names()

    def _dynamic(self, prefix: str) -> Dict[str, Dict[int, str]]:
        sizes = {"frames": {2: "H", 3: "W"}}
        for name in self.names:
            part, _, block = name.partition("_")
            if part.startswith("before"):
                sizes[name] = {2: f"h_{block}", 3: f"w_{block}"}
        return {f"{prefix}_{name}": sizes[name] for name in self.names if name in sizes}

    def _advance(self, frame: Tensor, before: Tensor, state: Optional[State]) -> Tuple[Tensor, ...]:
        """Logits, then the state after the frame in the order of `names`; `before` are the T-1 frames before, uint8 [1, T-1, H, W, 3]."""
        network_frame, pixels = _network_input(frame, self), torch.cat((before, frame[:, None]), 1)
        if "frames" in self.names:
            still = normalise(pixels.to(network_frame.dtype).mean(1)).to(network_frame.dtype)
            network_frame = self.recognizer.stress(network_frame, still)
        logits, after = self.recognizer.advance_stressed(network_frame, state)
        return (logits, *(pixels[:, 1:] if name == "frames" else after[name] for name in self.names))


class StartGraph(StreamingGraph):
    """Logits of a camera's first frame, and the state that it leaves."""

    def __init__(self, recognizer: StreamingTANet):
        super().__init__(recognizer)
        dynamic = {"frame": {1: "H", 2: "W"}, **self._dynamic("next")}
        self.spec = GraphSpec(["frame"], ["logits", *(f"next_{name}" for name in self.names)], dynamic)

    def forward(self, frame: Tensor) -> Tuple[Tensor, ...]:
        back = self.recognizer.network.config.segments - 1
        return self._advance(frame, frame[:, None].repeat(1, back, 1, 1, 1), None)


class StepGraph(StreamingGraph):
    """Logits of one frame more, and the state for the next."""

    def __init__(self, recognizer: StreamingTANet):
        super().__init__(recognizer)
        dynamic = {"frame": {1: "H", 2: "W"}, **self._dynamic("state"), **self._dynamic("next")}
        inputs = ["frame", *(f"state_{name}" for name in self.names)]
        self.spec = GraphSpec(inputs, ["logits", *(f"next_{name}" for name in self.names)], dynamic)

    def forward(self, frame: Tensor, *kept: Tensor) -> Tuple[Tensor, ...]:
        state = dict(zip(self.names, kept))
        return self._advance(frame, state.get("frames", frame[:, None]), state)


class ExplainRecognitionGraph(nn.Module):
    """Logits of one clip, and the kernel and the importance of every block that led to them."""

    def __init__(self, recognizer: TANet):
        super().__init__()
        if recognizer.causal:
            raise ValueError("a recognizer that steps from frame to frame has no clip to explain: export it without --explain")
        self.recognizer = recognizer
        blocks = [name.replace(".", "_") for name in temporal_modules(recognizer.base_model)]
        if not blocks:
            raise ValueError("a recognizer without temporal modules has nothing to explain")
        outputs = [f"{kind}_{block}" for block in blocks for kind in ("kernel", "importance")]
        self.spec = GraphSpec(["clip"], ["logits", *outputs], {"clip": {2: "H", 3: "W"}})

    def forward(self, clip: Tensor) -> Tuple[Tensor, ...]:
        logits, filters = self.recognizer.explain(_network_input(clip, self))
        return (logits, *(values for block in filters.values() for values in block))
