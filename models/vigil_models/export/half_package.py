"""Packages whose graphs compute in half precision, made of those in float32."""

from copy import deepcopy
from pathlib import Path
from typing import Dict, FrozenSet, NamedTuple

import onnx
import torch

from . import golden, half_precision
from .package import Draft, PackageInfo, read_manifest

NEAR_TIES = frozenset({"proposals", "similar_index", "similar_points", "attention"})
"""Outputs that hang on near ties, which half precision decides otherwise: the order of proposals, and what is most similar."""
UNSEEN = ("support_", "state_", "next_")  # beginnings of the names of what the service hands from graph to graph as it is
EXACT = frozenset({"support_inverse_norms"})  # up to 1e12


class Share(NamedTuple):
    """How many convolutions and matrix products of a package compute in half precision."""

    halved: int
    products: int


def write_half(source: Path, folder: Path, emulate: bool = False) -> Share:
    """Write the package in half precision. The folder must not exist; its name becomes the package's.

    What one graph leaves for another and the service does not look into becomes float16 as well; all other inputs and outputs
    keep their types. Golden values stay those that PyTorch computed in float32, with a tolerance.

    :param source: a package in float32, of any network
    :param emulate: compute in float32 and round wherever half precision would, to measure on a processor what that costs
    :return: raises ValueError for a package that is not in float32
    """
    manifest = read_manifest(source)
    rewrite = half_precision.emulated if emulate else half_precision.halved
    precision = "float16, emulated in float32" if emulate else "float16"
    training = {**manifest["training"], "quantization": precision}
    info = PackageInfo(
        folder.name,
        manifest["version"],
        manifest["labels"],
        manifest["temporal"]["interval_ms"],
        manifest["input"]["resize"],
        training,
    )
    halved = products = 0
    with Draft(info, folder) as draft:
        for name, graph in manifest["graphs"].items():
            done = rewrite(onnx.load(str(source / graph["file"])), _opaque(graph))
            draft.add_model(name, done.model, _signature(graph))
            halved, products = halved + done.halved_products, products + done.products
        for number, case in enumerate(golden.read(source)):
            inputs = {n: _stored(n, tensor) for n, tensor in case.inputs.items()}
            outputs = {n: tensor for n, tensor in case.outputs.items() if n not in NEAR_TIES}
            draft.golden.add(f"{case.graph}-{number}", case.graph, inputs, outputs, golden.HALF_SHARE)
        draft.finish(**{key: manifest[key] for key in ("task", "input", "temporal", "thresholds") if key in manifest})
    return Share(halved, products)


def _becomes_half(name: str, element_type: str) -> bool:
    return element_type == "float32" and name not in EXACT and (name == "features" or name.startswith(UNSEEN))


def _opaque(graph: Dict) -> FrozenSet[str]:
    tensors = {**graph["inputs"], **graph["outputs"]}
    return frozenset(name for name, tensor in tensors.items() if _becomes_half(name, tensor["type"]))


def _signature(graph: Dict) -> Dict[str, Dict]:
    signature = {side: deepcopy(graph[side]) for side in ("inputs", "outputs")}
    for tensors in signature.values():
        for name, tensor in tensors.items():
            if _becomes_half(name, tensor["type"]):
                tensor["type"] = "float16"
    return signature


def _stored(name: str, tensor: torch.Tensor) -> torch.Tensor:
    return tensor.half() if _becomes_half(name, str(tensor.dtype).replace("torch.", "")) else tensor
