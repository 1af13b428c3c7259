"""A model as its named graphs, run by PyTorch from a checkpoint or by ONNX Runtime from a package."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, Sequence, Tuple

import numpy as np
import torch
from torch import nn

from ..export import checkpoint
from ..export.graphs import (
    DetectGraph,
    ExplainDetectionGraph,
    ExplainRecognitionGraph,
    FrameGraph,
    RecognizeGraph,
    SupportGraph,
)
from ..export.package import CLIP_INTERVAL_MS, SUPPORT_INTERVAL_MS
from ..modeling.tra import TRA

Tensors = Dict[str, np.ndarray]


@dataclass(frozen=True)
class Model:
    """What docs/model-package.md says about a package, and a way to run its graphs."""

    task: str  # detection or recognition
    labels: Tuple[str, ...]
    size: Tuple[int, int]  # width, height
    resize: str  # fit, crop or stretch
    multiple: int
    frames: int  # support frames beside the key frame, or frames of a clip
    interval_ms: int
    run: Callable[[str, Tensors], Tensors]  # name of a graph, its inputs by name -> its outputs by name


def from_checkpoint(path: Path) -> Model:
    """Raises ValueError for a file that is no training checkpoint, and for networks with nothing to explain."""
    network, content = checkpoint.load(path)
    return from_network(network, content["labels"])


def from_network(network: nn.Module, labels: Sequence[str]) -> Model:
    config = network.config
    if isinstance(network, TRA):
        graphs = {
            "frame": FrameGraph(network),
            "support": SupportGraph(network),
            "detect": DetectGraph(network),
            "explain": ExplainDetectionGraph(network),
        }
        described = ("detection", tuple(labels), config.input_size, "fit", config.input_multiple, config.supports)
        return Model(*described, SUPPORT_INTERVAL_MS, _torch_runner(graphs))
    graphs = {"recognize": RecognizeGraph(network), "explain": ExplainRecognitionGraph(network)}
    described = ("recognition", tuple(labels), config.input_size, "stretch", 1, config.segments)
    return Model(*described, CLIP_INTERVAL_MS, _torch_runner(graphs))


def from_package(folder: Path) -> Model:
    """Needs the onnxruntime module. Raises ValueError without it, and for a package without the graph `explain`."""
    manifest = json.loads((folder / "manifest.json").read_text())
    if "explain" not in manifest["graphs"]:
        raise ValueError(f"{folder} has no graph explain: write it with `export --explain`, or give --checkpoint")
    fit = manifest["input"]
    return Model(
        manifest["task"],
        tuple(manifest["labels"]),
        (fit["width"], fit["height"]),
        fit["resize"],
        fit["multiple"],
        manifest["temporal"]["frames"],
        manifest["temporal"]["interval_ms"],
        _onnx_runner(folder, {name: graph["file"] for name, graph in manifest["graphs"].items()}),
    )


def _torch_runner(graphs: Dict[str, nn.Module]) -> Callable[[str, Tensors], Tensors]:
    for graph in graphs.values():
        graph.eval()

    @torch.no_grad()
    def run(name: str, inputs: Tensors) -> Tensors:
        spec = graphs[name].spec
        outputs = graphs[name](*(torch.from_numpy(np.ascontiguousarray(inputs[key])) for key in spec.inputs))
        outputs = [outputs] if isinstance(outputs, torch.Tensor) else outputs
        return {key: value.numpy() for key, value in zip(spec.outputs, outputs)}

    return run


def _onnx_runner(folder: Path, files: Dict[str, str]) -> Callable[[str, Tensors], Tensors]:
    try:
        import onnxruntime
    except ImportError as error:
        raise ValueError("reading a package needs onnxruntime (pip install onnxruntime); --checkpoint does not") from error
    sessions = {
        name: onnxruntime.InferenceSession(str(folder / file), providers=["CPUExecutionProvider"])
        for name, file in files.items()
    }

    def run(name: str, inputs: Tensors) -> Tensors:
        session = sessions[name]
        outputs = session.run(None, {value.name: inputs[value.name] for value in session.get_inputs()})
        return {value.name: output for value, output in zip(session.get_outputs(), outputs)}

    return run
