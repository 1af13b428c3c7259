"""Packages whose convolutions and matrix products compute in half precision."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from vigil_models.__main__ import parser
from vigil_models.export import golden
from vigil_models.export.half_precision import PRODUCTS, emulated, halved, tells
from vigil_models.export.recovery import small_network

PACKAGES = Path(__file__).parents[1] / "packages"
FLOAT32, FLOAT16 = TensorProto.FLOAT, TensorProto.FLOAT16
WITHOUT_HALF_KERNEL = {"RoiAlign", "NonMaxSuppression", "Range"}
OUT_OF_RANGE = {"Exp", "Sqrt", "Reciprocal", "ReduceSum"}


def verb(*arguments):
    args = parser().parse_args([str(argument) for argument in arguments])
    return args.run(args)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    for name in ("tra-small", "tam-small", "tam-small-streaming"):
        source = ("quantize", "--package", PACKAGES / name, "--to", "float16")
        verb(*source, "--out", folder / f"{name}-fp16")
        verb(*source, "--emulate", "--out", folder / f"{name}-emulated")
    return folder


def graphs(packages, ending):
    files = sorted(packages.glob(f"*{ending}/*.onnx"))
    assert len(files) == 8
    return [onnx.load(str(file)) for file in files]


def typed(model):
    """Element types of all values; ONNX refuses a node whose inputs differ in type."""
    graph = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True).graph
    types = {v.name: v.type.tensor_type.elem_type for v in (*graph.value_info, *graph.input, *graph.output)}
    types.update((i.name, i.data_type) for i in graph.initializer)
    return types


def test_every_product_computes_in_half_precision_and_what_cannot_does_not(packages):
    for model in graphs(packages, "-fp16"):
        types = typed(model)
        products = [node for node in model.graph.node if node.op_type in PRODUCTS]
        assert products and all(types[name] == FLOAT16 for node in products for name in (*node.input, *node.output))
        others = [node for node in model.graph.node if node.op_type in WITHOUT_HALF_KERNEL | OUT_OF_RANGE]
        assert not [node.name for node in others for name in node.input if types[name] == FLOAT16]


def test_scores_boxes_and_proposals_are_computed_in_full_precision_after_the_last_product(packages):
    detect = onnx.load(str(packages / "tra-small-fp16" / "detect.onnx"))
    types, made_by = typed(detect), {name: node for node in detect.graph.node for name in node.output}
    assert [types[name] for name in made_by["scores"].input] == [FLOAT32]
    frame = onnx.load(str(packages / "tra-small-fp16" / "frame.onnx"))
    types = typed(frame)
    (ranking,) = [node for node in frame.graph.node if node.op_type == "TopK"]
    assert types[ranking.input[0]] == FLOAT32


def test_emulation_has_the_same_types_outside_and_no_half_precision_within(packages):
    for name in ("tra-small", "tam-small", "tam-small-streaming"):
        half, emulation = (json.loads((packages / f"{name}-{kind}" / "manifest.json").read_text()) for kind in ("fp16", "emulated"))
        for graph in half["graphs"]:
            assert [half["graphs"][graph][side] == emulation["graphs"][graph][side] for side in ("inputs", "outputs")]
    for model in graphs(packages, "-emulated"):
        types = typed(model)
        assert not [node.name for node in model.graph.node if node.op_type in PRODUCTS for name in node.input if types[name] != FLOAT32]


def toy(*nodes, constants, inputs=("x",), outputs=("y",)):
    values = [[helper.make_tensor_value_info(name, FLOAT32, [2, 2]) for name in names] for names in (inputs, outputs)]
    stored = [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in constants.items()]
    graph = helper.make_graph([helper.make_node(op, i, [o]) for op, i, o in nodes], "toy", *values, stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def evaluate(model, **values):
    """What the few operators of the toys give; a product in half precision rounds what it has summed in float32."""
    product = lambda a, b: (a.astype(np.float32) @ b.astype(np.float32)).astype(a.dtype)  # noqa: E731
    operators = {"MatMul": product, "Add": np.add, "Mul": np.multiply, "Sub": np.subtract, "Max": lambda a: a, "Relu": lambda a: np.maximum(a, 0)}
    values.update((i.name, numpy_helper.to_array(i)) for i in model.graph.initializer)
    with np.errstate(all="ignore"):
        for node in model.graph.node:
            inputs = [values[name] for name in node.input]
            if node.op_type == "Cast":
                values[node.output[0]] = inputs[0].astype(np.float16 if node.attribute[0].i == FLOAT16 else np.float32)
            else:
                values[node.output[0]] = operators[node.op_type](*inputs)
    return [values[output.name] for output in model.graph.output]


CHAIN = toy(
    ("MatMul", ["x", "w"], "a"),
    ("Add", ["a", "b"], "c"),
    ("Relu", ["c"], "d"),
    ("Mul", ["d", "s"], "e"),
    ("MatMul", ["e", "w"], "y"),
    constants={"w": [[0.3, -1.7], [2.9, 0.01]], "b": [0.1, 0.2], "s": [7.3, 1e3]},
)


@pytest.mark.parametrize("opaque", [frozenset(), frozenset({"x", "y"})])
def test_emulation_gives_to_the_bit_what_half_precision_gives(opaque):
    x = np.random.default_rng(0).normal(0, 3, (2, 2)).astype(np.float16 if opaque else np.float32)
    (exact,) = evaluate(CHAIN, x=x.astype(np.float32))
    (half,), (rounded,) = (evaluate(rewrite(CHAIN, opaque).model, x=x) for rewrite in (halved, emulated))
    assert half.dtype == rounded.dtype == (np.float16 if opaque else np.float32)
    assert np.array_equal(half, rounded) and not np.array_equal(half, exact)
    assert np.allclose(half, exact, rtol=0.01)


def test_emulation_shows_an_overflow():
    (rounded,) = evaluate(emulated(CHAIN, frozenset()).model, x=np.float32([[-300, 0], [0, 1]]))
    assert not np.isfinite(rounded[0]).all() and np.isfinite(rounded[1]).all()


def operators_in_half(model):
    types = typed(halved(model, frozenset()).model)
    return [node.op_type for node in model.graph.node if types.get(f"{node.output[0]}_inner", types[node.output[0]]) == FLOAT16]


def test_a_square_stays_in_full_precision():
    steps = [("MatMul", ["x", "w"], "a"), ("Mul", ["a", "a"], "b"), ("MatMul", ["b", "w"], "y")]
    assert operators_in_half(toy(*steps, constants={"w": np.eye(2)})) == ["MatMul", "MatMul"]


def test_what_meets_full_precision_stays_in_it():
    steps = [("MatMul", ["x", "w"], "a"), ("Add", ["a", "z"], "b"), ("MatMul", ["b", "w"], "y")]
    assert operators_in_half(toy(*steps, constants={"w": np.eye(2)}, inputs=("x", "z"))) == ["MatMul", "MatMul"]


@pytest.mark.parametrize("constant", [1e-12, 70000.0])
def test_a_constant_beyond_half_precision_keeps_what_reads_it_in_full_precision(constant):
    steps = [("MatMul", ["x", "w"], "a"), ("Add", ["a", "k"], "b"), ("MatMul", ["b", "w"], "y")]
    assert operators_in_half(toy(*steps, constants={"w": np.eye(2), "k": constant})) == ["MatMul", "MatMul"]
    assert operators_in_half(toy(("MatMul", ["x", "w"], "y"), constants={"w": np.eye(2) * constant})) == []


@pytest.mark.parametrize("told, constant", [(True, [0, 1, -0.1]), (True, [1e-9, 1]), (False, [1e-9]), (False, [65535.0]), (False, [np.inf])])
def test_half_precision_tells_a_constant_by_its_largest_value(told, constant):
    assert tells(np.array(constant, np.float32)) is told


def test_package_halves_what_goes_from_graph_to_graph_and_keeps_what_the_service_reads(packages):
    exact, half = (json.loads((folder / "manifest.json").read_text()) for folder in (PACKAGES / "tra-small", packages / "tra-small-fp16"))
    assert (half["name"], half["training"]["quantization"]) == ("tra-small-fp16", "float16")
    for key in ("version", "labels", "input", "temporal", "thresholds"):
        assert half[key] == exact[key]
    changed = {
        name
        for graph, declared in half["graphs"].items()
        for side in ("inputs", "outputs")
        for name, tensor in declared[side].items()
        if tensor != exact["graphs"][graph][side][name]
    }
    assert changed == {"features", "support_pixels", "support_keys", "support_values"}


def test_package_is_half_as_large(packages):
    def size(folder):
        return sum(file.stat().st_size for file in folder.glob("*.onnx"))

    for name in ("tra-small", "tam-small", "tam-small-streaming"):
        assert size(packages / f"{name}-fp16") < 0.56 * size(PACKAGES / name)


def test_golden_values_stay_those_of_full_precision_with_a_tolerance(packages):
    exact, half = (list(golden.read(folder)) for folder in (PACKAGES / "tra-small", packages / "tra-small-fp16"))
    assert [case.graph for case in half] == [case.graph for case in exact]
    assert all(before.outputs[name].equal(after.outputs[name]) for before, after in zip(exact, half) for name in after.outputs)
    index = json.loads((packages / "tra-small-fp16" / "golden" / "index.json").read_text())
    for case, recorded in zip(half, index["cases"]):
        for name, output in recorded["outputs"].items():
            assert output["tolerance"] == pytest.approx(0.01 * float(case.outputs[name].abs().max()))
    assert {name for case in exact for name in case.outputs} - {name for case in half for name in case.outputs} == {
        "proposals",
        "similar_index",
        "similar_points",
        "attention",
    }


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("--package", "nowhere", "--to", "float16"), "nowhere is no package: it lacks manifest.json"),
        (("--package", PACKAGES / "tra-small-int8", "--to", "float16"), "begin with one in float32"),
        (("--package", PACKAGES / "tra-small", "--to", "float16", "--samples", "3"), "half precision needs no ranges"),
        (("--package", PACKAGES / "tra-small", "--emulate"), "--emulate is for --to float16"),
    ],
)
def test_refuses_what_it_cannot_halve(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        verb("quantize", *arguments, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_halved_package_is_no_source_of_weights(packages):
    with pytest.raises(ValueError, match="are rounded \\(float16\\)"):
        small_network(packages / "tra-small-fp16")
