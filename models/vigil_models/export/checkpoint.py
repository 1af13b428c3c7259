"""Builds a network from a training checkpoint."""

from pathlib import Path
from typing import Dict, Tuple, Union

import torch

from ..modeling.tam import TANet, TANetConfig
from ..modeling.tra import TRA, TRAConfig
from .state import load_file


def load(path: Path) -> Tuple[Union[TRA, TANet], Dict]:
    """The network in eval mode and the whole checkpoint: model, config, step, labels, metrics."""
    checkpoint = load_file(path)
    missing = {"model", "config", "labels"} - set(checkpoint)
    if missing:
        raise ValueError(f"{path} is no training checkpoint: it lacks {', '.join(sorted(missing))}")
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in checkpoint["config"].items()}
    model = TANet(TANetConfig(**values)) if "segments" in values else TRA(TRAConfig(**values))
    model.load_state_dict(checkpoint["model"])
    return model.eval(), checkpoint
