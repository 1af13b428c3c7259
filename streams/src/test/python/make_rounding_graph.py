#!/usr/bin/env python3
"""Writes the graph of HalfPrecisionTest: `python3 make_rounding_graph.py OUT` makes OUT/emulated.onnx.

It multiplies a number by 1000, again by 1000, and by 0.001, emulating half precision, which ends at 65504.

Needs what models/ needs.
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "models"))
from vigil_models.export.half_precision import emulated  # noqa: E402


def chain():
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1]) for name in "xy")
    nodes = [
        helper.make_node("MatMul", ["x", "thousand"], ["once"]),
        helper.make_node("Mul", ["once", "thousand"], ["twice"]),
        helper.make_node("MatMul", ["twice", "thousandth"], ["y"]),
    ]
    constants = [numpy_helper.from_array(np.float32([[v]]), name) for name, v in (("thousand", 1000), ("thousandth", 0.001))]
    graph = helper.make_graph(nodes, "chain", [x], [y], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def main(out):
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(emulated(chain(), frozenset()).model, str(out / "emulated.onnx"))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
