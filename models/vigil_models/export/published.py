"""Networks from the state dicts that authors published (specifications, sections 3 of TAM and 12 of TRA)."""

import re
from dataclasses import replace
from typing import Callable, Dict, Optional, Sequence

from torch import Tensor

from ..modeling.tam import TANet, TANetConfig
from ..modeling.tra import TRA, TRAConfig
from ..modeling.tra.config import IMAGENET_VID_LABELS
from .state import fill

MMACTION2_NAMES = (
    (r"^base_model\.conv1\.", "backbone.conv1.conv."),
    (r"^base_model\.bn1\.", "backbone.conv1.bn."),
    (r"^base_model\.(layer\d\.\d+)\.net\.conv(\d)\.", r"backbone.\1.block.conv\2.conv."),
    (r"^base_model\.(layer\d\.\d+)\.net\.bn(\d)\.", r"backbone.\1.block.conv\2.bn."),
    (r"^base_model\.(layer\d\.\d+)\.net\.downsample\.0\.", r"backbone.\1.block.downsample.conv."),
    (r"^base_model\.(layer\d\.\d+)\.net\.downsample\.1\.", r"backbone.\1.block.downsample.bn."),
    (r"^base_model\.(layer\d\.\d+)\.tam\.", r"backbone.\1.tam."),
    (r"^new_fc\.", "cls_head.fc_cls."),
)
WITHOUT_DROPOUT = ((r"^new_fc\.", "base_model.fc."),)
BEFORE_RELEASE = ((r"\.tam\.G\.", ".self_conv.conv_f."), (r"\.tam\.L\.", ".self_conv.conv_g."))


def _recognizer_names(state: Dict[str, Tensor]) -> Callable[[str], str]:
    """From our keys, which are the official ones, to those of a file."""
    if any(key.startswith("backbone.") for key in state):
        rules = MMACTION2_NAMES
    else:
        rules = WITHOUT_DROPOUT if any(key.startswith("base_model.fc.") for key in state) else ()
        rules += BEFORE_RELEASE if any(".self_conv." in key for key in state) else ()

    def name(key: str) -> str:
        for pattern, replacement in rules:
            key = re.sub(pattern, replacement, key)
        return key

    return name


def _depth(state: Dict[str, Tensor], pattern: str) -> int:
    """Number of blocks of a stage, from its keys."""
    found = [int(match.group(1)) for match in (re.search(pattern, key) for key in state) if match]
    return max(found, default=-1) + 1


def _rows(state: Dict[str, Tensor], key: str, published: int) -> int:
    """First size of a tensor; the published one where it is missing, so that the misfit is reported with all others."""
    return state[key].shape[0] if key in state and state[key].dim() else published


def recognizer(state: Dict[str, Tensor], source: str) -> TANet:
    """TANet from a state dict in official or mmaction2 names; depth, classes and segments follow from its shapes.

    Raises ValueError with all keys that are missing, unexpected or misshapen, in the names of the file.
    """
    name = _recognizer_names(state)
    classes = _rows(state, name("new_fc.weight"), 400)
    segments = _rows(state, name("base_model.layer1.0.tam.G.1.weight"), 16) // 2
    depth = _depth(state, r"layer3\.(\d+)\.")
    network = TANetConfig.r152 if depth > 23 else TANetConfig.r101 if depth > 6 else TANetConfig.r50
    model = TANet(network(classes, segments))
    fill(model, state, source, name)
    return model.eval()


def detector(
    state: Dict[str, Tensor], source: str, labels: Optional[Sequence[str]] = None, reproduce_zero_norm: bool = False
) -> TRA:
    """TRA with a ResNet-50, ResNet-101 or ResNeXt-101 backbone, or SELSA alone, from a state dict of mmtracking.

    Raises ValueError with all keys that are missing, unexpected or misshapen.
    """
    classes = _rows(state, "detector.roi_head.bbox_head.fc_cls.weight", len(IMAGENET_VID_LABELS) + 1) - 1
    if labels is None:
        known = len(IMAGENET_VID_LABELS) == classes
        labels = IMAGENET_VID_LABELS if known else [f"class {index}" for index in range(classes)]
    if len(labels) != classes:
        raise ValueError(f"{source} tells {classes} classes apart, but {len(labels)} labels were given")
    grouped = "detector.backbone.layer1.0.conv2.weight"
    if _rows(state, grouped, 64) == 256:
        config = TRAConfig.x101_dc5(labels)
    elif _depth(state, r"layer3\.(\d+)\.") > 6:
        config = TRAConfig.r101_dc5(labels)
    else:
        config = TRAConfig.r50_dc5(labels)
    layers = _depth(state, r"bbox_head\.(?:shared_fcs|aggregator)\.(\d+)\.")
    if layers == 2 and not any(".embed_network." in key for key in state):
        config = replace(config, temporal_roi_align=False, head_layers=layers)
    config = replace(config, reproduce_zero_norm=reproduce_zero_norm)
    model = TRA(config)
    fill(model, state, source)
    return model.eval()
