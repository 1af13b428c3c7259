"""Reads the weights of an exported package back into its network, as the start of a training or of a comparison."""

from dataclasses import replace
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple, Union

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from ..engine.recognizer import RecognizerTraining
from ..modeling.tam import TANet
from ..modeling.tra import TRA, TRAConfig
from .graphs import DetectGraph, FrameGraph, RecognizeGraph, SupportGraph
from .package import read_manifest

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
LAYERS = {nn.Conv1d: ("Conv",), nn.Conv2d: ("Conv",), nn.Linear: ("Gemm", "MatMul")}


def recover(model: Union[TRA, TANet], package: Path):
    """Fill a network, put into eval mode, with the weights in a package that was exported from one of its configuration.

    The export folds batch norms into the convolutions before them: such a norm becomes a mere shift here, so that the network
    computes the same but for rounding. Raises ValueError for packages of another network, and of rounded weights.
    """
    rounded = read_manifest(package)["training"].get("quantization")
    if rounded:
        raise ValueError(f"the weights of {package} are rounded ({rounded}); begin with the package that it was made of")
    model.eval()
    if isinstance(model, TANet):
        clip = torch.zeros(1, model.config.segments, 64, 64, 3, dtype=torch.uint8)
        _fill_in_order(RecognizeGraph(model), (clip,), package / "recognize.onnx")
        return
    image = torch.zeros(1, 64, 64, 3, dtype=torch.uint8)
    _fill_in_order(FrameGraph(model), (image, torch.tensor([64.0, 64.0])), package / "frame.onnx")
    for graph, file in ((SupportGraph(model), "support.onnx"), (DetectGraph(model), "detect.onnx")):
        _fill_by_name(graph, package / file)


def small_network(package: Path) -> Union[TRA, TANet]:
    """The network of a package of tra-small or tam-small, with its weights; raises ValueError for others, as `recover` does."""
    manifest = read_manifest(package)
    size, labels = (manifest["input"]["width"], manifest["input"]["height"]), tuple(manifest["labels"])
    if manifest["task"] == "detection":
        model = TRA(replace(TRAConfig.small(labels), input_size=size, supports=manifest["temporal"]["frames"]))
    else:
        network = RecognizerTraining().network
        model = TANet(replace(network, classes=len(labels), input_size=size, segments=manifest["temporal"]["frames"]))
    recover(model, package)
    return model


@torch.no_grad()
def unfold_norms(model: nn.Module, inputs: Tensor):
    """Give every batch norm the statistics of what it sees, so that training mode begins with what eval mode computes.

    Eval mode computes what it did before. Without this, training on from recovered weights would begin with a network whose
    channels all have the same deviation, since folding took the gains away.

    :param inputs: a typical batch, as the model's `forward` takes it; large enough that its statistics are those of the data
    """

    def unfold(norm: nn.Module, seen: Tuple[Tensor]):
        x = seen[0].transpose(0, 1).flatten(1)
        mean, variance = x.mean(1), x.var(1, unbiased=False)
        gain = norm.weight / (norm.running_var + norm.eps).sqrt()
        shift = norm.bias - gain * norm.running_mean
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_(gain * (variance + norm.eps).sqrt())
        norm.bias.copy_(shift + gain * mean)

    hooks = [m.register_forward_pre_hook(unfold) for m in model.modules() if isinstance(m, NORMS)]
    model.eval()(inputs)
    for hook in hooks:
        hook.remove()


def _fill_in_order(graph: nn.Module, inputs: Tuple[Tensor, ...], path: Path):
    """Fill what a graph runs through; layers of a kind come in the same order in the file as in the network."""
    file = _read(path)
    nodes = {kinds: _weighted(file, kinds) for kinds in set(LAYERS.values())}
    layers = _executed(graph, inputs)
    for layer, following in zip(layers, [*layers[1:], None]):
        if type(layer) not in LAYERS:
            continue
        weight, bias = next(nodes[LAYERS[type(layer)]], (None, None))
        if weight is None or weight.shape != layer.weight.shape:
            raise ValueError(f"{path} is of another network: it lacks weights {list(layer.weight.shape)} where this one has them")
        layer.weight.data.copy_(weight)
        if layer.bias is not None:
            layer.bias.data.copy_(bias)
            bias = torch.zeros_like(bias)
        if bias is not None and isinstance(following, NORMS):
            _become_shift(following, bias)
    if any(next(left, None) is not None for left in nodes.values()):
        raise ValueError(f"{path} is of another network: it has more layers than this one")
    _fill_by_name(graph, path)


def _become_shift(norm: nn.Module, shift: Tensor):
    norm.reset_running_stats()
    norm.running_var.fill_(1 - norm.eps)
    nn.init.ones_(norm.weight)
    norm.bias.data.copy_(shift)


def _fill_by_name(graph: nn.Module, path: Path):
    """Fill what the export left its name."""
    state, weights = graph.state_dict(), _initializers(_read(path))
    for name in sorted(set(state) & set(weights)):
        value = _tensor(weights[name])
        if value.shape != state[name].shape:
            raise ValueError(f"{path} is of another network: {name} is {list(value.shape)}, here {list(state[name].shape)}")
        state[name].copy_(value)


def _executed(graph: nn.Module, inputs: Tuple[Tensor, ...]) -> List[nn.Module]:
    """Layers and batch norms in the order in which they run."""
    order: List[nn.Module] = []
    kinds = (*LAYERS, *NORMS)
    hooks = [m.register_forward_hook(lambda layer, *_: order.append(layer)) for m in graph.modules() if isinstance(m, kinds)]
    with torch.no_grad():
        graph(*inputs)
    for hook in hooks:
        hook.remove()
    return order


def _weighted(file: onnx.ModelProto, kinds: Tuple[str, ...]) -> Iterator[Tuple[Tensor, Optional[Tensor]]]:
    """Weight as PyTorch lays it out, and bias or None, of every node of these kinds that has stored weights."""
    weights = _initializers(file)
    for node in file.graph.node:
        if node.op_type in kinds and node.input[1] in weights:
            weight = _tensor(weights[node.input[1]])
            transposed = node.op_type == "MatMul" or (node.op_type == "Gemm" and not any(a.name == "transB" and a.i for a in node.attribute))
            bias = weights.get(node.input[2]) if len(node.input) > 2 else None
            yield weight.T if transposed else weight, None if bias is None else _tensor(bias)


def _initializers(file: onnx.ModelProto) -> Dict[str, onnx.TensorProto]:
    """By name; the export stores equal ones once and gives them further names."""
    weights = {i.name: i for i in file.graph.initializer}
    for node in file.graph.node:
        if node.op_type == "Identity" and node.input[0] in weights:
            weights[node.output[0]] = weights[node.input[0]]
    return weights


def _tensor(value: onnx.TensorProto) -> Tensor:
    return torch.from_numpy(numpy_helper.to_array(value).copy())


def _read(path: Path) -> onnx.ModelProto:
    if not path.is_file():
        raise ValueError(f"{path.parent} is no package: it lacks {path.name}")
    return onnx.load(str(path))
