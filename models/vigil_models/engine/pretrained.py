"""Backbones trained on ImageNet, as torchvision publishes them, as the start of a training."""

from pathlib import Path
from typing import Union

from ..export.state import load_state
from ..modeling.tam import TANet
from ..modeling.tra import TRA


def load_backbone(model: Union[TRA, TANet], path: Path):
    """Fill the ResNet of a network from a state dict `conv1.weight`, `layer1.0.conv1.weight`, ...; TAMs keep their values.

    Raises ValueError naming what the file lacks.
    """
    network = model.detector.backbone if isinstance(model, TRA) else model.base_model
    state, own = load_state(path), network.state_dict()
    names = {key: key.replace(".net.", ".") for key in own if ".tam." not in key and not key.endswith("num_batches_tracked")}
    misfits = [name for key, name in names.items() if name not in state or state[name].shape != own[key].shape]
    if misfits:
        raise ValueError(f"{path} is no backbone for this network: it lacks {', '.join(misfits)}, or has them in other shapes")
    network.load_state_dict({key: state[name] for key, name in names.items()}, strict=False)
