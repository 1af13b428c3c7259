"""Networks from the state dicts that authors published (specifications, sections 3 of TAM and 12 of TRA)."""

import re
from typing import Dict, Optional, Sequence

from torch import Tensor

from ..modeling.tam import TANet, TANetConfig
from ..modeling.tra import TRA, TRAConfig
from ..modeling.tra.config import IMAGENET_VID_LABELS
from .state import fill

MMACTION2_TO_OFFICIAL = (
    (r"^backbone\.conv1\.conv\.", "base_model.conv1."),
    (r"^backbone\.conv1\.bn\.", "base_model.bn1."),
    (r"^backbone\.(layer\d\.\d+)\.block\.conv(\d)\.conv\.", r"base_model.\1.net.conv\2."),
    (r"^backbone\.(layer\d\.\d+)\.block\.conv(\d)\.bn\.", r"base_model.\1.net.bn\2."),
    (r"^backbone\.(layer\d\.\d+)\.block\.downsample\.conv\.", r"base_model.\1.net.downsample.0."),
    (r"^backbone\.(layer\d\.\d+)\.block\.downsample\.bn\.", r"base_model.\1.net.downsample.1."),
    (r"^backbone\.(layer\d\.\d+)\.tam\.", r"base_model.\1.tam."),
    (r"^cls_head\.fc_cls\.", "new_fc."),
)
OLDER_OFFICIAL = (
    (r"^base_model\.fc\.", "new_fc."),  # built with dropout 0
    (r"\.self_conv\.conv_f\.", ".tam.G."),  # before the release
    (r"\.self_conv\.conv_g\.", ".tam.L."),
)


def _renamed(state: Dict[str, Tensor], rules) -> Dict[str, Tensor]:
    def rename(key: str) -> str:
        for pattern, replacement in rules:
            key = re.sub(pattern, replacement, key)
        return key

    return {rename(key): value for key, value in state.items()}


def _depth(state: Dict[str, Tensor], pattern: str) -> int:
    """Number of blocks of a stage, from its keys."""
    found = [int(match.group(1)) for match in (re.search(pattern, key) for key in state) if match]
    return max(found, default=-1) + 1


def _rows(state: Dict[str, Tensor], key: str, source: str) -> int:
    if key not in state or not state[key].dim():
        raise ValueError(f"{source} has no {key}: is it a checkpoint of this network and --format?")
    return state[key].shape[0]


def recognizer(state: Dict[str, Tensor], source: str) -> TANet:
    """TANet from a state dict in official or mmaction2 names; depth, classes and segments follow from its shapes."""
    mmaction2 = any(key.startswith("backbone.") for key in state)
    state = _renamed(state, MMACTION2_TO_OFFICIAL if mmaction2 else OLDER_OFFICIAL)
    classes = _rows(state, "new_fc.weight", source)
    segments = _rows(state, "base_model.layer1.0.tam.G.1.weight", source) // 2
    deep = _depth(state, r"layer3\.(\d+)\.") > 6
    model = TANet((TANetConfig.r101 if deep else TANetConfig.r50)(classes, segments))
    fill(model, state, source)
    return model.eval()


def detector(state: Dict[str, Tensor], source: str, labels: Optional[Sequence[str]] = None) -> TRA:
    """TRA with a ResNet-50, ResNet-101 or ResNeXt-101 backbone, from a state dict of mmtracking."""
    classes = _rows(state, "detector.roi_head.bbox_head.fc_cls.weight", source) - 1
    if labels is None:
        known = len(IMAGENET_VID_LABELS) == classes
        labels = IMAGENET_VID_LABELS if known else [f"class {index}" for index in range(classes)]
    if len(labels) != classes:
        raise ValueError(f"{source} tells {classes} classes apart, but {len(labels)} labels were given")
    grouped = "detector.backbone.layer1.0.conv2.weight"
    if _rows(state, grouped, source) == 256:
        config = TRAConfig.x101_dc5(labels)
    elif _depth(state, r"layer3\.(\d+)\.") > 6:
        config = TRAConfig.r101_dc5(labels)
    else:
        config = TRAConfig.r50_dc5(labels)
    model = TRA(config)
    fill(model, state, source)
    return model.eval()
