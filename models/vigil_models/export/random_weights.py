"""Untrained networks whose outputs vary enough to exercise a runtime."""

from dataclasses import replace
from typing import Sequence, Tuple, Union

import torch

from ..data.actions import ACTION_LABELS
from ..modeling.tam import TANet, TANetConfig
from ..modeling.tra import TRA, TRAConfig

DETECTORS = {
    "tra-small": TRAConfig.small,
    "selsa-small": lambda: replace(TRAConfig.small(), temporal_roi_align=False),
    "tra-r50": TRAConfig.r50_dc5,
    "tra-r101": TRAConfig.r101_dc5,
    "tra-x101": TRAConfig.x101_dc5,
}
RECOGNIZERS = {
    "tam-small": TANetConfig.small,
    "tam-small-streaming": lambda classes: replace(TANetConfig.small(classes), temporal="causal"),
    "tam-r50": TANetConfig.r50,
    "tam-r101": TANetConfig.r101,
}

LOGIT_SPREAD = 2.0  # of objectness; deep networks reach 20, where most scores are exactly 1 and their order is open


def network(name: str) -> Tuple[Union[TRA, TANet], Sequence[str]]:
    """An untrained network and its labels; raises KeyError for an unknown name."""
    if name in DETECTORS:
        config = DETECTORS[name]()
        return detector(config), config.labels
    return recognizer(RECOGNIZERS[name](len(ACTION_LABELS))), ACTION_LABELS


def detector(config: TRAConfig, seed: int = 0) -> TRA:
    """A detector with spread proposal and class scores; freshly initialised ones are all but tied."""
    torch.manual_seed(seed)
    model = TRA(config)
    rpn, head = model.detector.rpn_head, model.detector.roi_head.bbox_head
    with torch.no_grad():
        for layer, std in ((rpn.rpn_conv, 0.05), (rpn.rpn_cls, 0.03), (rpn.rpn_reg, 0.01), (head.fc_cls, 0.3)):
            layer.weight.normal_(std=std)
        objectness, _ = rpn(model.eval().features(torch.randn(1, 3, 112, 160)))
        rpn.rpn_cls.weight.mul_(LOGIT_SPREAD / objectness.std())
    return model


def recognizer(config: TANetConfig, seed: int = 0) -> TANet:
    torch.manual_seed(seed)
    model = TANet(config)
    with torch.no_grad():
        model.new_fc.weight.normal_(std=0.05)
    return model.eval()
