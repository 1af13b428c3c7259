"""Records what PyTorch computes for a package, so that other runtimes can be compared with it."""

import json
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from .quantization import rounds

PICTURE = (160, 112)  # width, height: small, so that the files stay small
STREAMED_PICTURE = (80, 56)  # smaller still: every step has its state twice
STEPS = 3  # of a streaming recognizer, after its first frame
IMAGE_SIZE = (104.0, 150.0)  # valid height and width of a padded picture
STABLE = 1e-4  # single and double precision agree to this where no top-k or suppression decision is a near-tie
ATTEMPTS = 12  # pictures tried for each case
MAX_SUPPORTS = 6
MAX_KEY_PROPOSALS = 32  # fewer searches, fewer near-ties
EXPLAINED_PROPOSALS = 4
# Of the largest value of an output, how far from the recorded ones a graph may be that
ROUNDED_SHARE = 0.05  # computes with 8-bit kernels what float32 has rounded alike
HALF_SHARE = 0.01  # computes in half precision, 20 times whose rounding error of 2^-11 this is, what float32 has not rounded


def pictures(count: int, seed: int, size: Tuple[int, int] = PICTURE) -> Tensor:
    """Drifting random blocks with a little noise, uint8 [count, H, W, 3]; the size is width and height, in pixels."""
    random = np.random.default_rng(seed)
    width, height = size
    cells = np.kron(random.integers(0, 256, (height // 8, width // 8, 3)), np.ones((8, 8, 1)))
    frames = [np.roll(cells, (2 * t, 5 * t), (0, 1)) + random.normal(0, 6, cells.shape) for t in range(count)]
    return torch.from_numpy(np.clip(frames, 0, 255).astype(np.uint8))


class Case(NamedTuple):
    """A recorded run of a graph; tensors by name."""

    graph: str
    inputs: Dict[str, Tensor]
    outputs: Dict[str, Tensor]


def read(package: Path) -> Iterator[Case]:
    """The cases of a package, in the order in which they were recorded."""
    folder = package / "golden"

    def tensors(entries: Dict[str, Dict]) -> Dict[str, Tensor]:
        return {name: torch.from_numpy(_array(folder, entry)) for name, entry in entries.items()}

    for case in json.loads((folder / "index.json").read_text())["cases"]:
        yield Case(case["graph"], tensors(case["inputs"]), tensors(case["outputs"]))


def _array(folder: Path, entry: Dict) -> np.ndarray:
    stored = np.fromfile(folder / entry["file"], np.dtype(entry["type"]).newbyteorder("<"))
    return stored.astype(entry["type"]).reshape(entry["shape"])


class GoldenFiles:
    """Writes cases into the folder `golden` of a package."""

    def __init__(self, package: Path):
        self.folder = package / "golden"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cases: List[Dict] = []
        self._files: Dict[bytes, str] = {}  # by content: what one case leaves and the next begins with is one file

    def add(
        self,
        case: str,
        graph: str,
        inputs: Dict[str, Tensor],
        outputs: Dict[str, Tensor],
        share: Optional[float] = None,
    ):
        """Record a case.

        :param share: of the largest value of an output, what it may differ by; None: as full precision may
        """
        written = self._write(case, outputs)
        if share is not None:
            for name, entry in written.items():
                entry["tolerance"] = float(outputs[name].abs().max()) * share
        self.cases.append({"graph": graph, "inputs": self._write(case, inputs), "outputs": written})

    def close(self):
        (self.folder / "index.json").write_text(json.dumps({"cases": self.cases}, indent=1) + "\n")

    def _write(self, case: str, tensors: Dict[str, Tensor]) -> Dict[str, Dict]:
        entries = {}
        for name, tensor in tensors.items():
            array = tensor.contiguous().numpy()
            content = array.astype(array.dtype.newbyteorder("<")).tobytes()
            file = self._files.setdefault(content, f"{case}-{name}.bin")
            (self.folder / file).write_bytes(content)
            entries[name] = {"file": file, "type": str(array.dtype), "shape": list(array.shape)}
        return entries


def _single(graph: nn.Module, inputs: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Outputs by name."""
    with torch.no_grad():
        return dict(zip(graph.spec.outputs, _as_list(graph(*(inputs[name] for name in graph.spec.inputs)))))


def run(graph: nn.Module, inputs: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Outputs by name. Raises ArithmeticError when they depend on a near-tie, which a graph that rounds is full of."""
    single = _single(graph, inputs)
    if rounds(graph):
        return single
    graph.double()
    double = _single(graph, {name: v.double() if v.is_floating_point() else v for name, v in inputs.items()})
    graph.float()
    for name, low in single.items():
        if low.shape != double[name].shape or not torch.allclose(low.double(), double[name].double(), STABLE, STABLE):
            raise ArithmeticError(f"{name} differs between single and double precision")
    return single


def _as_list(outputs) -> List[Tensor]:
    return [outputs] if isinstance(outputs, Tensor) else list(outputs)


def record_detector(files: GoldenFiles, graphs: Dict[str, nn.Module], supports: int):
    """A frame, a contribution, detections with only the key as support, and with several supports and the key.

    With a graph `explain`, also why. Every case is taken from the first picture for which it does not hang on a near-tie.
    """
    missing = {"frame", "support", "detect-1", "detect-many"} | ({"explain"} & set(graphs))
    for seed in range(ATTEMPTS):
        for case, recording in _detector_cases(graphs, min(supports, MAX_SUPPORTS) + 1, seed):
            if case not in missing:
                continue
            try:
                files.add(case, *recording())
                missing.remove(case)
            except ArithmeticError:
                continue
        if not missing:
            return
    if {"frame", "detect-1", "detect-many"} <= missing:
        raise ValueError(f"no golden picture without near-ties in {ATTEMPTS} attempts: do the weights tell anchors apart?")


def _detector_cases(graphs, frames, seed):
    """Cases by name, each a function that computes graph, inputs and outputs."""
    frame, support, detect = (graphs[name] for name in ("frame", "support", "detect"))
    image_size = torch.tensor(IMAGE_SIZE)
    images = [{"image": picture, "image_size": image_size} for picture in pictures(frames, seed).split(1)]
    found = [_single(frame, image) for image in images]
    contributions = [_single(support, outputs) for outputs in found]
    key = {"features": found[-1]["features"], "proposals": found[-1]["proposals"][:MAX_KEY_PROPOSALS]}

    def detections(count: int):
        joined = {name: torch.cat([c[name] for c in contributions[-count:]]) for name in support.spec.outputs}
        inputs = {**key, "image_size": image_size, **joined}
        return "detect", inputs, run(detect, inputs)

    def explanation():
        joined = {name: torch.cat([c[name] for c in contributions]) for name in support.spec.outputs}
        inputs = {**key, "proposals": key["proposals"][:EXPLAINED_PROPOSALS], **joined}
        inputs = {name: inputs[name] for name in graphs["explain"].spec.inputs}
        return "explain", inputs, run(graphs["explain"], inputs)

    def of_frame():
        outputs = run(frame, images[-1])
        if rounds(frame):
            del outputs["proposals"]  # a step more or less may reorder them
        return "frame", images[-1], outputs, _share(frame)

    yield "frame", of_frame
    yield "support", lambda: ("support", found[-1], run(support, found[-1]))
    yield "detect-1", lambda: detections(1)
    yield "detect-many", lambda: detections(frames)
    if "explain" in graphs:
        yield "explain", explanation


def record_recognizer(files: GoldenFiles, graphs: Dict[str, nn.Module], segments: int):
    clip = pictures(segments, 0)[None]
    for name, graph in graphs.items():
        files.add(name, name, {"clip": clip}, run(graph, {"clip": clip}), _share(graph))


def _share(graph: nn.Module) -> Optional[float]:
    return ROUNDED_SHARE if rounds(graph) else None


def record_streaming(files: GoldenFiles, graphs: Dict[str, nn.Module]):
    """A camera's first frame and the steps after it, each from the state that the one before has left."""
    frames = pictures(1 + STEPS, 0, STREAMED_PICTURE).split(1)
    outputs = run(graphs["start"], {"frame": frames[0]})
    files.add("start", "start", {"frame": frames[0]}, outputs)
    for number, frame in enumerate(frames[1:], start=1):
        state = {f"state_{name}": outputs[f"next_{name}"] for name in graphs["step"].names}
        outputs = run(graphs["step"], {"frame": frame, **state})
        files.add(f"step-{number}", "step", {"frame": frame, **state}, outputs)
