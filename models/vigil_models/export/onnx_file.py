"""Writes one graph as ONNX, with exactly the names and dimensions of its `GraphSpec`."""

import inspect
import warnings
from pathlib import Path
from typing import Dict, Sequence

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from .graphs import GraphSpec

OPSET = 17  # RoiAlign is aligned by half a pixel from 16 on


def write(graph: nn.Module, examples: Dict[str, Tensor], path: Path, metadata: Dict[str, str]) -> Dict[str, Dict]:
    """Export a graph and return its signature for the manifest.

    :param graph: a class of `graphs`; put into eval mode as a whole, since the exporter restores the outermost flag
    :param examples: one tensor per input, in the order of the specification
    """
    spec: GraphSpec = graph.spec
    graph.eval()
    inputs = tuple(examples[name] for name in spec.inputs)
    # The exporter of torch 2.9 and later is another one by default, without these options.
    legacy = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracer warnings about shapes that are constant by construction
        outputs = graph(*inputs)
        torch.onnx.export(
            graph,
            inputs,
            str(path),
            opset_version=OPSET,
            input_names=spec.inputs,
            output_names=spec.outputs,
            dynamic_axes=spec.dynamic,
            **legacy,
        )
    outputs = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    signature = {
        "inputs": _tensors(spec.inputs, inputs, spec),
        "outputs": _tensors(spec.outputs, outputs, spec),
    }
    model = onnx.load(str(path))
    read = [value.name for value in model.graph.input]
    if read != spec.inputs:
        raise ValueError(f"{path.stem} does not read {', '.join(sorted(set(spec.inputs) - set(read)))}: leave it out of its inputs")
    for value in (*model.graph.input, *model.graph.output):
        declared = {**signature["inputs"], **signature["outputs"]}[value.name]
        _declare_shape(value, declared["shape"])
    _store_integers(model.graph)
    onnx.helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    return signature


def _tensors(names: Sequence[str], tensors: Sequence[Tensor], spec: GraphSpec) -> Dict[str, Dict]:
    return {
        name: {
            "type": str(tensor.dtype).replace("torch.", ""),
            "shape": [spec.dynamic.get(name, {}).get(axis, size) for axis, size in enumerate(tensor.shape)],
        }
        for name, tensor in zip(names, tensors)
    }


def _declare_shape(value: onnx.ValueInfoProto, shape: Sequence):
    dims = value.type.tensor_type.shape.dim
    del dims[:]
    for size in shape:
        dims.add(**({"dim_param": size} if isinstance(size, str) else {"dim_value": size}))


def _store_integers(graph: onnx.GraphProto):
    """Keep weights that are rounded per output channel as the int8 that they become, a quarter of the size."""
    stored = {value.name: value for value in graph.initializer}
    for node in [n for n in graph.node if n.op_type == "QuantizeLinear" and n.input[0] in stored]:
        weight, scale = (numpy_helper.to_array(stored[name]) for name in node.input[:2])
        steps = np.rint(weight / scale.reshape(-1, *[1] * (weight.ndim - 1)))
        graph.initializer.append(numpy_helper.from_array(np.clip(steps, -128, 127).astype(np.int8), node.output[0]))
        graph.initializer.remove(stored.pop(node.input[0]))
        graph.node.remove(node)
