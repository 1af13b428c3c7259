"""Reads state dicts without running code from the file where torch can."""

import inspect
import pickle
from pathlib import Path
from typing import Dict

import torch


def load_file(path: Path) -> Dict:
    """A checkpoint's dictionary on the CPU.

    torch before 1.13 unpickles freely: load only files you trust there.
    """
    safe = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}
    try:
        content = torch.load(str(path), map_location="cpu", **safe)
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ValueError(f"{path} holds more than tensors and plain values, or is damaged: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} holds a {type(content).__name__}, not a dictionary of tensors")
    return content
