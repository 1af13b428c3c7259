"""Reads state dicts without running code from the file, and says what does not fit a network."""

import pickle
from pathlib import Path
from types import ModuleType
from typing import Callable, Dict
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor, nn

WRAPPERS = ("state_dict", "model")  # of published checkpoints and of our own
HARMLESS = {
    ("collections", "OrderedDict"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch", "Size"),
    ("torch", "device"),
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"),
    ("numpy._core.multiarray", "scalar"),
    ("_codecs", "encode"),
} | {("torch", f"{kind}Storage") for kind in "Float Double Half BFloat16 Long Int Short Char Byte Bool".split()}


LEFT_OUT = ("mmengine.", "mmcv.")  # modules whose objects are a training's own: log buffers, configurations


class _LeftOut:
    """Stands for an object that is not restored; takes whatever the file would give it."""

    def __init__(self, *arguments):
        super().__init__()

    def _take(self, *values):
        pass

    __setstate__ = __setitem__ = append = extend = add = _take


class _Unpickler(pickle.Unpickler):
    """Finds nothing but what tensors and plain values need.

    torch's own `weights_only` refuses plain floats in 1.13, which published checkpoints and ours contain. Log buffers
    refer to their own methods through `getattr`, which is left out like them.
    """

    def find_class(self, module, name):
        if module.startswith(LEFT_OUT) or (module, name) in (("builtins", "getattr"), ("__builtin__", "getattr")):
            return _LeftOut
        if (module, name) not in HARMLESS:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return super().find_class(module, name)


def _restricted_pickle() -> ModuleType:
    module = ModuleType("restricted_pickle")
    module.__dict__.update({name: value for name, value in vars(pickle).items() if not name.startswith("__")})
    module.Unpickler = _Unpickler
    module.load = lambda file, **options: _Unpickler(file, **options).load()
    return module


def load_file(path: Path) -> Dict:
    """The dictionary in a checkpoint (torch) or the arrays in an .npz file, on the CPU."""
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return {key: torch.from_numpy(np.asarray(arrays[key])) for key in arrays}
    restricted = _restricted_pickle()
    try:
        # torch 1.13 takes its own pickle module whatever it is given, so that name is bound to ours meanwhile.
        with patch.object(torch.serialization, "pickle", restricted):
            content = torch.load(str(path), map_location="cpu", pickle_module=restricted, weights_only=False)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ValueError(f"{path} is damaged, or holds more than tensors and plain values: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds a {type(content).__name__}, not a dictionary of tensors")
    return content


def load_state(path: Path) -> Dict[str, Tensor]:
    """The state dict in a file, unwrapped, without the prefix that DataParallel adds."""
    state = load_file(path)
    for wrapper in WRAPPERS:
        if isinstance(state.get(wrapper), dict):
            state = state[wrapper]
    tensors = {key: value for key, value in state.items() if isinstance(value, Tensor)}
    if not tensors:
        raise ValueError(f"{path} holds no tensors, neither at the top nor under {' or '.join(WRAPPERS)}")
    if all(key.startswith("module.") for key in tensors):
        tensors = {key[len("module.") :]: value for key, value in tensors.items()}
    return tensors


def fill(model: nn.Module, state: Dict[str, Tensor], source: str, name: Callable[[str], str] = str):
    """Load a complete state dict. Raises ValueError naming every misfit.

    Counters of batches (`num_batches_tracked`) may be missing: nothing reads them.

    :param name: from the network's key to that of the state dict
    """
    expected = {name(key): value for key, value in model.state_dict().items()}
    missing = [key for key in expected if key not in state and not key.endswith("num_batches_tracked")]
    unexpected = [key for key in state if key not in expected]
    misshapen = [
        f"{key} {list(value.shape)} instead of {list(expected[key].shape)}"
        for key, value in state.items()
        if key in expected and value.shape != expected[key].shape
    ]
    if len(unexpected) == len(state):
        raise ValueError(
            f"{source} has none of the network's {len(expected)} keys, such as {next(iter(expected))}; "
            f"its own are like {unexpected[0]}: is it a checkpoint of this network and format?"
        )
    kinds = (("missing", missing), ("unexpected", unexpected), ("misshapen", misshapen))
    misfits = [f"{len(keys)} {kind}: {', '.join(sorted(keys))}" for kind, keys in kinds if keys]
    if misfits:
        raise ValueError(f"{source} does not fit the network; " + "; ".join(misfits))
    model.load_state_dict({key: state[name(key)] for key in model.state_dict() if name(key) in state}, strict=False)
