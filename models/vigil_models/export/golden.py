"""Records what PyTorch computes for a package, so that other runtimes can be compared with it."""

import json
from pathlib import Path
from typing import Dict, List

import numpy as np
import torch
from torch import Tensor, nn

from .graphs import SUPPORT_NAMES, DetectGraph, FrameGraph, RecognizeGraph, SupportGraph

PICTURE = (160, 112)  # width, height: small, so that the files stay small
IMAGE_SIZE = (104.0, 150.0)  # valid height and width of a padded picture
STABLE = 1e-4  # single and double precision agree to this where no top-k or suppression decision is a near-tie
ATTEMPTS = 50


def pictures(count: int, seed: int) -> Tensor:
    """Drifting random blocks with a little noise, uint8 [count, H, W, 3]."""
    random = np.random.default_rng(seed)
    width, height = PICTURE
    cells = np.kron(random.integers(0, 256, (height // 8, width // 8, 3)), np.ones((8, 8, 1)))
    frames = [np.roll(cells, (2 * t, 5 * t), (0, 1)) + random.normal(0, 6, cells.shape) for t in range(count)]
    return torch.from_numpy(np.clip(frames, 0, 255).astype(np.uint8))


class GoldenFiles:
    """Writes cases into the folder `golden` of a package."""

    def __init__(self, package: Path):
        self.folder = package / "golden"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cases: List[Dict] = []

    def add(self, case: str, graph: str, inputs: Dict[str, Tensor], outputs: Dict[str, Tensor]):
        self.cases.append(
            {"graph": graph, "inputs": self._write(case, inputs), "outputs": self._write(case, outputs)}
        )

    def close(self):
        (self.folder / "index.json").write_text(json.dumps({"cases": self.cases}, indent=1) + "\n")

    def _write(self, case: str, tensors: Dict[str, Tensor]) -> Dict[str, Dict]:
        entries = {}
        for name, tensor in tensors.items():
            file = f"{case}-{name}.bin"
            array = tensor.contiguous().numpy()
            (self.folder / file).write_bytes(array.astype(array.dtype.newbyteorder("<")).tobytes())
            entries[name] = {"file": file, "type": str(array.dtype), "shape": list(array.shape)}
        return entries


def run(graph: nn.Module, inputs: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Outputs by name. Raises ArithmeticError when they depend on a near-tie."""
    values = [inputs[name] for name in graph.spec.inputs]
    with torch.no_grad():
        single = _as_list(graph(*values))
        graph.double()
        double = _as_list(graph(*(v.double() if v.is_floating_point() else v for v in values)))
        graph.float()
    for name, low, high in zip(graph.spec.outputs, single, double):
        if low.shape != high.shape or not torch.allclose(low.double(), high, STABLE, STABLE):
            raise ArithmeticError(f"{name} differs between single and double precision")
    return dict(zip(graph.spec.outputs, single))


def _as_list(outputs) -> List[Tensor]:
    return [outputs] if isinstance(outputs, Tensor) else list(outputs)


def record_detector(files: GoldenFiles, frame: FrameGraph, support: SupportGraph, detect: DetectGraph, frames: int):
    """A frame, a contribution, and detections with only the key as support and with `frames` supports and the key."""
    for seed in range(ATTEMPTS):
        try:
            recorded = _detector_cases(frame, support, detect, frames, seed)
        except ArithmeticError:
            continue
        for case in recorded:
            files.add(*case)
        return
    raise ValueError(f"no golden picture without near-ties in {ATTEMPTS} attempts: do the weights tell anchors apart?")


def _detector_cases(frame, support, detect, frames, seed):
    image_size = torch.tensor(IMAGE_SIZE)
    outputs, contributions = [], []
    for picture in pictures(frames + 1, seed).split(1):
        outputs.append(run(frame, {"image": picture, "image_size": image_size}))
        contributions.append(run(support, outputs[-1]))
    key = {"image": picture, "image_size": image_size}
    cases = [
        ("frame", "frame", key, outputs[-1]),
        ("support", "support", outputs[-1], contributions[-1]),
    ]
    for count in (1, frames + 1):
        joined = {name: torch.cat([c[name] for c in contributions[-count:]]) for name in SUPPORT_NAMES}
        inputs = {**outputs[-1], "image_size": image_size, **joined}
        cases.append((f"detect-{count}", "detect", inputs, run(detect, inputs)))
    return cases


def record_recognizer(files: GoldenFiles, recognize: RecognizeGraph, segments: int):
    clip = pictures(segments, 0)[None]
    files.add("recognize", "recognize", {"clip": clip}, run(recognize, {"clip": clip}))
