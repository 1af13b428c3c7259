"""Graphs that compute in half precision (IEEE binary16) where it is safe, and in float32 elsewhere.

The policy is that of PyTorch's autocast: what multiplies matrices is computed in half precision, whose sums a GPU keeps in
float32; what follows takes the precision of its inputs, the wider one where they differ; everything else is float32, so that
boxes, anchors, RoIs, exponentials, squares and sums never leave float32. Three things are stricter here: what only leads to
an interpreted output (scores, boxes, logits) stays float32, so that near ties are not rounded into ties; squares stay float32,
since those of values above 255 are beyond half precision; and so does what has a constant that half precision cannot tell.

ONNX Runtime's CUDA provider has kernels in half precision for all operators named here, but none for RoiAlign,
NonMaxSuppression and Range (docs/OperatorKernels.md in its sources). Its CPU provider computes a half-precision graph in
float32 and drops the roundings between operators, so that it cannot show what they cost: `emulated` writes them out.
"""

from dataclasses import dataclass
from typing import Callable, Dict, FrozenSet, Iterable, List, NamedTuple, Set

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

FLOAT32, FLOAT16 = TensorProto.FLOAT, TensorProto.FLOAT16
LARGEST = float(np.finfo(np.float16).max)  # 65504
ROUNDING = 2.0**-11  # largest relative error of a rounding to half precision, of values that are not subnormal

PRODUCTS = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})
MOVES = frozenset(
    "Concat Expand Flatten Gather Identity MaxPool Pad Relu Reshape Slice Split Squeeze Tile TopK Transpose Unsqueeze".split()
)  # their outputs are values of their inputs: nothing to round
FOLLOWERS = MOVES | frozenset("Add AveragePool LayerNormalization Mul ReduceMean Sigmoid Softmax Sub".split())
INTEGERS = frozenset({"QuantizeLinear", "DequantizeLinear", "MatMulInteger"})


class Halved(NamedTuple):
    """A rewritten model, and how many of its products compute in half precision."""

    model: onnx.ModelProto
    halved_products: int
    products: int


def halved(model: onnx.ModelProto, opaque: FrozenSet[str]) -> Halved:
    """A copy of a float32 model that computes in half precision.

    :param opaque: graph inputs and outputs that become float16 if they are float32; the others keep their types
    :return: raises ValueError for a model that has half precision or 8-bit integers already
    """
    return _rewritten(model, opaque, _HalfWriter)


def emulated(model: onnx.ModelProto, opaque: FrozenSet[str]) -> Halved:
    """A copy that computes in float32 and rounds to half precision every value that `halved` computes in it.

    The types of inputs and outputs are those of `halved`. Sums are rounded once, as by a GPU that adds in float32.
    """
    return _rewritten(model, opaque, _EmulationWriter)


def tells(constant: np.ndarray) -> bool:
    """Whether half precision holds a float32 constant to its accuracy, measured against the constant's largest value."""
    if not constant.size:
        return True
    largest = np.abs(constant).max()
    if not largest <= LARGEST:
        return False
    return bool(np.abs(constant.astype(np.float16).astype(np.float32) - constant).max() <= ROUNDING * largest)


@dataclass(frozen=True)
class _Plan:
    """Which nodes and values of a graph are in half precision."""

    types: Dict[str, int]  # element type of every value, in float32 form
    constants: Dict[str, np.ndarray]  # float32 only
    nodes: FrozenSet[int]  # positions of nodes in half precision
    values: FrozenSet[str]

    def floats(self, names: Iterable[str]) -> List[str]:
        return [name for name in names if self.types.get(name) == FLOAT32]


def _rewritten(model: onnx.ModelProto, opaque: FrozenSet[str], writer: Callable) -> Halved:
    plan = _plan(model, opaque)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    writer(copy.graph, plan, opaque).write()
    del copy.graph.value_info[:]
    onnx.checker.check_model(copy)
    products = [i for i, node in enumerate(model.graph.node) if node.op_type in PRODUCTS]
    return Halved(copy, len(plan.nodes.intersection(products)), len(products))


def _plan(model: onnx.ModelProto, opaque: FrozenSet[str]) -> _Plan:
    graph = onnx.shape_inference.infer_shapes(model).graph
    types = {v.name: v.type.tensor_type.elem_type for v in (*graph.value_info, *graph.input, *graph.output)}
    types.update((i.name, i.data_type) for i in graph.initializer)
    operators = {node.op_type for node in graph.node}
    if FLOAT16 in types.values() or operators & INTEGERS:
        raise ValueError("the graph is in half precision or 8-bit integers already; begin with one in float32")
    constants = _constants(graph)
    needed = _leads_to_products(graph, {o.name for o in graph.output} & opaque)
    values = {v.name for v in graph.input if v.name in opaque and types[v.name] == FLOAT32}
    nodes = set()
    for position, node in enumerate(graph.node):
        inputs = [name for name in node.input if types.get(name) == FLOAT32]
        varying = [name for name in inputs if name not in constants]
        follows = node.op_type in FOLLOWERS and varying and values.issuperset(varying) and not _is_square(node)
        if (node.op_type in PRODUCTS or (follows and position in needed)) and all(
            tells(constants[name]) for name in inputs if name in constants
        ):
            nodes.add(position)
            values.update(name for name in node.output if types.get(name) == FLOAT32)
    return _Plan(types, constants, frozenset(nodes), frozenset(values))


def _constants(graph: onnx.GraphProto) -> Dict[str, np.ndarray]:
    """Float32 constants by name; the export stores equal ones once and gives them further names."""
    constants = {i.name: numpy_helper.to_array(i) for i in graph.initializer if i.data_type == FLOAT32}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].t.data_type == FLOAT32:
            constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
        elif node.op_type == "Identity" and node.input[0] in constants:
            constants[node.output[0]] = constants[node.input[0]]
    return constants


def _leads_to_products(graph: onnx.GraphProto, opaque: Set[str]) -> Set[int]:
    """Positions of nodes whose outputs a product or an opaque output depends on."""
    needed, leading = set(opaque), set()
    for position, node in reversed(list(enumerate(graph.node))):
        if needed.intersection(node.output):
            leading.add(position)
        if position in leading or node.op_type in PRODUCTS:
            needed.update(node.input)
    return leading


def _is_square(node: NodeProto) -> bool:
    return node.op_type == "Mul" and node.input[0] == node.input[1]


class _Writer:
    """Writes a graph anew, node by node."""

    def __init__(self, graph: onnx.GraphProto, plan: _Plan, opaque: FrozenSet[str]):
        self.graph, self.plan = graph, plan
        self.nodes: List[NodeProto] = []
        self._made: Set[str] = set()
        for value in (*graph.input, *graph.output):
            if value.name in opaque and value.type.tensor_type.elem_type == FLOAT32:
                value.type.tensor_type.elem_type = FLOAT16
        self.inputs = {value.name: value.type.tensor_type.elem_type for value in graph.input}
        self.outputs = {value.name: value.type.tensor_type.elem_type for value in graph.output}

    def write(self):
        self.begin()
        for position, node in enumerate(self.graph.node):
            half = position in self.plan.nodes
            self.copy(node, [self.read(n, half) if self.plan.types.get(n) == FLOAT32 else n for n in node.input], half)
        self.finish()
        self._replace_content()

    def begin(self):
        """Before the first node."""

    def copy(self, node: NodeProto, inputs: List[str], half: bool):
        """Emit a node with these inputs."""
        raise NotImplementedError

    def read(self, name: str, half: bool) -> str:
        """Name under which a node finds a value that was float32."""
        raise NotImplementedError

    def finish(self):
        """After the last node."""

    def once(self, name: str, make: Callable[[], None]) -> str:
        """The value of this name, made at its first use."""
        if name not in self._made:
            self._made.add(name)
            make()
        return name

    def emit(self, operator: str, source: str, target: str, **attributes):
        self.nodes.append(helper.make_node(operator, [source], [target], name=target, **attributes))

    def emit_copy(self, node: NodeProto, inputs: List[str], outputs: List[str]):
        copy = NodeProto()
        copy.CopyFrom(node)
        del copy.input[:], copy.output[:]
        copy.input.extend(inputs)
        copy.output.extend(outputs)
        self.nodes.append(copy)

    def store(self, name: str, constant: np.ndarray):
        self.graph.initializer.append(numpy_helper.from_array(constant, name))

    def _replace_content(self):
        """Leaves out constants of which only the rounded form is read any more, and their further names."""
        read = {*self.outputs, *(name for node in self.nodes for name in node.input)}
        kept = [n for n in self.nodes if n.op_type not in ("Constant", "Identity") or n.output[0] in read]
        read = {name for node in kept for name in node.input}
        initializers = [i for i in self.graph.initializer if i.name in read]
        del self.graph.node[:], self.graph.initializer[:]
        self.graph.node.extend(kept)
        self.graph.initializer.extend(initializers)


class _HalfWriter(_Writer):
    """Values keep their names, except those that a graph output declares in the other precision."""

    def copy(self, node: NodeProto, inputs: List[str], half: bool):
        self.emit_copy(node, inputs, [self._inner(name) for name in node.output])

    def read(self, name: str, half: bool) -> str:
        constant = self.plan.constants.get(name)
        if half and constant is not None:
            return self.once(f"{name}_half", lambda: self.store(f"{name}_half", constant.astype(np.float16)))
        if half == (name in self.plan.values):
            return self._inner(name)
        cast, target = (f"{name}_half", FLOAT16) if half else (f"{name}_single", FLOAT32)
        return self.once(cast, lambda: self.emit("Cast", self._inner(name), cast, to=target))

    def finish(self):
        for name, declared in self.outputs.items():
            if self._inner(name) != name:
                self.emit("Cast", self._inner(name), name, to=declared)

    def _inner(self, name: str) -> str:
        declared = self.outputs.get(name)
        agrees = declared == (FLOAT16 if name in self.plan.values else FLOAT32)
        return name if agrees or declared not in (FLOAT16, FLOAT32) else f"{name}_inner"


class _EmulationWriter(_Writer):
    """All values are float32; those of half precision are rounded where they come about, or where float32 becomes one."""

    def begin(self):
        for name, declared in self.inputs.items():
            if declared == FLOAT16:
                self.emit("Cast", name, self._inner(name), to=FLOAT32)

    def copy(self, node: NodeProto, inputs: List[str], half: bool):
        outputs = [self._inner(name) for name in node.output]
        rounds = half and node.op_type not in MOVES
        self.emit_copy(node, inputs, [f"{name}_exact" for name in outputs] if rounds else outputs)
        if rounds:
            for name in outputs:
                self._round(f"{name}_exact", name)

    def read(self, name: str, half: bool) -> str:
        if not half or name in self.plan.values:
            return self._inner(name)
        rounded, constant = f"{name}_rounded", self.plan.constants.get(name)
        if constant is not None:
            return self.once(rounded, lambda: self.store(rounded, constant.astype(np.float16).astype(np.float32)))
        return self.once(rounded, lambda: self._round(self._inner(name), rounded))

    def finish(self):
        for name, declared in self.outputs.items():
            if declared == FLOAT16:
                self.emit("Cast", self._inner(name), name, to=FLOAT16)

    def _inner(self, name: str) -> str:
        return f"{name}_single" if FLOAT16 in (self.inputs.get(name), self.outputs.get(name)) else name

    def _round(self, source: str, target: str):
        """Max keeps the casts apart, which ONNX Runtime would take for idle; it has a half-precision kernel on CPUs."""
        self.emit("Cast", source, f"{target}_narrow", to=FLOAT16)
        self.emit("Max", f"{target}_narrow", f"{target}_kept")
        self.emit("Cast", f"{target}_kept", target, to=FLOAT32)
