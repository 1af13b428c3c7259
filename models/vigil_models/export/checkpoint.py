"""Builds a network from a training checkpoint."""

from pathlib import Path
from typing import Dict, Tuple, Union

from ..modeling.tam import TANet, TANetConfig
from ..modeling.tra import TRA, TRAConfig
from . import published
from .state import load_file, load_state


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


def load_any(path: Path) -> Tuple[Union[TRA, TANet], Dict]:
    """As `load`; of a published checkpoint, the network and nothing else."""
    if "config" in load_file(path):
        return load(path)
    state = load_state(path)
    build = published.detector if any(key.startswith("detector.") for key in state) else published.recognizer
    return build(state, str(path)), {}
