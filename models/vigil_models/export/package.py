"""Writes model packages that the service runs (docs/model-package.md)."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Sequence

import onnx
import torch
from torch import nn

from ..modeling.tam import TANet
from ..modeling.tam_streaming import StreamingTANet, reach
from ..modeling.tra import TRA
from . import golden, onnx_file
from .graphs import (
    DetectGraph,
    ExplainDetectionGraph,
    ExplainRecognitionGraph,
    FrameGraph,
    RecognizeGraph,
    StartGraph,
    StepGraph,
    SupportGraph,
)

FORMAT = 1
SUPPORT_INTERVAL_MS = 1000  # between the support frames of networks trained here
CLIP_INTERVAL_MS = 250  # between the frames of their clips


@dataclass(frozen=True)
class PackageInfo:
    """What a package says about itself."""

    name: str
    version: str
    labels: Sequence[str]
    interval_ms: int  # spacing of support frames, or of the frames of a clip, for which the model was trained
    resize: str  # fit, crop or stretch
    training: Dict = field(default_factory=dict)  # provenance, shown to people


def read_manifest(package: Path) -> Dict:
    """Raises ValueError for a folder that is no package."""
    file = package / "manifest.json"
    if not file.is_file():
        raise ValueError(f"{package} is no package: it lacks {file.name}")
    return json.loads(file.read_text())


def write_detector(model: TRA, info: PackageInfo, folder: Path, explain: bool = False):
    """Write the three graphs of a detector. The folder must not exist; it appears only when it is complete.

    :param explain: also write the graph that says why
    """
    config = model.config
    graphs = {"frame": FrameGraph(model), "support": SupportGraph(model), "detect": DetectGraph(model)}
    if explain:
        graphs["explain"] = ExplainDetectionGraph(model)
    with Draft(info, folder) as draft:
        picture = golden.pictures(1, 0)
        tensors = {"image": picture, "image_size": torch.tensor(golden.IMAGE_SIZE)}
        for name, graph in graphs.items():
            draft.add_graph(name, graph, tensors)
            with torch.no_grad():
                tensors.update(zip(graph.spec.outputs, graph(*(tensors[i] for i in graph.spec.inputs))))
        golden.record_detector(draft.golden, graphs, config.supports)
        width, height = config.input_size
        draft.finish(
            task="detection",
            input={"width": width, "height": height, "resize": info.resize, "multiple": config.input_multiple},
            temporal={"frames": config.supports, "interval_ms": info.interval_ms},
            thresholds={"score": 0.3, "nms_iou": 0.5, "max_detections": 100},
        )


def write_recognizer(model: TANet, info: PackageInfo, folder: Path, explain: bool = False):
    """Write the graph of a recognizer, or the two of a causal one. The folder must not exist; it appears only when it is complete.

    :param explain: also write the graph that says why; ValueError for a causal recognizer
    """
    if model.causal:
        _write_streaming(model, info, folder, explain)
        return
    config = model.config
    graphs: Dict[str, nn.Module] = {"recognize": RecognizeGraph(model)}
    if explain:
        graphs["explain"] = ExplainRecognitionGraph(model)
    with Draft(info, folder) as draft:
        for name, graph in graphs.items():
            draft.add_graph(name, graph, {"clip": golden.pictures(config.segments, 0)[None]})
        golden.record_recognizer(draft.golden, graphs, config.segments)
        width, height = config.input_size
        draft.finish(
            task="recognition",
            input={"width": width, "height": height, "resize": info.resize, "multiple": 1},
            temporal={"frames": config.segments, "interval_ms": info.interval_ms},
        )


def _write_streaming(model: TANet, info: PackageInfo, folder: Path, explain: bool):
    if explain:
        ExplainRecognitionGraph(model)  # says why there is none
    config = model.config
    recognizer = StreamingTANet(model)
    graphs = {"start": StartGraph(recognizer), "step": StepGraph(recognizer)}
    with Draft(info, folder) as draft:
        tensors = {"frame": golden.pictures(1, 0)}
        for name, graph in graphs.items():
            draft.add_graph(name, graph, tensors)
            with torch.no_grad():
                outputs = dict(zip(graph.spec.outputs, graph(*(tensors[i] for i in graph.spec.inputs))))
            tensors.update({f"state_{key}": outputs[f"next_{key}"] for key in graph.names})
        golden.record_streaming(draft.golden, graphs)
        width, height = config.input_size
        draft.finish(
            task="recognition",
            input={"width": width, "height": height, "resize": info.resize, "multiple": 1},
            temporal={"frames": config.segments, "interval_ms": info.interval_ms, "reach": reach(config)},
        )


class Draft:
    """A package under construction, in a folder beside its final place."""

    def __init__(self, info: PackageInfo, folder: Path):
        if folder.exists():
            raise FileExistsError(f"{folder} exists already; remove it or choose another --out")
        self.info = info
        self.target = folder
        self.graphs: Dict[str, Dict] = {}

    def __enter__(self) -> "Draft":
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f".{self.target.name}-", dir=self.target.parent))
        self.golden = golden.GoldenFiles(self.folder)
        return self

    def __exit__(self, kind, error, trace):
        shutil.rmtree(self.folder, ignore_errors=True)

    def add_graph(self, name: str, graph: nn.Module, tensors: Dict[str, torch.Tensor]):
        """Export a graph; `tensors` has an example of every input."""
        self._declare(name, onnx_file.write(graph, tensors, self._file(name), self._metadata()))

    def add_model(self, name: str, model: onnx.ModelProto, signature: Dict[str, Dict]):
        """Take a finished graph, whose inputs and outputs the signature declares."""
        onnx.helper.set_model_props(model, self._metadata())
        onnx.save(model, str(self._file(name)))
        self._declare(name, signature)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.onnx"

    def _metadata(self) -> Dict[str, str]:
        return {
            "name": self.info.name,
            "version": self.info.version,
            "labels": ",".join(self.info.labels),
            "commit": str(self.info.training.get("commit", "unknown")),
        }

    def _declare(self, name: str, signature: Dict[str, Dict]):
        file = self._file(name)
        self.graphs[name] = {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), **signature}

    def finish(self, task: str, **description):
        self.golden.close()
        manifest = {
            "format": FORMAT,
            "name": self.info.name,
            "version": self.info.version,
            "task": task,
            "labels": list(self.info.labels),
            "opset": onnx_file.OPSET,
            **description,
            "graphs": self.graphs,
            "training": self.info.training,
        }
        (self.folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
        self.folder.chmod(0o755)
        self.folder.rename(self.target)
