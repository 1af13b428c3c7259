"""Untrained networks whose outputs vary enough to exercise a runtime."""

import torch

from ..modeling.tam import TANet, TANetConfig
from ..modeling.tra import TRA, TRAConfig


def detector(seed: int = 0) -> TRA:
    """A small detector with spread proposal and class scores; freshly initialised ones are all but tied."""
    torch.manual_seed(seed)
    model = TRA(TRAConfig.small())
    rpn, head = model.detector.rpn_head, model.detector.roi_head.bbox_head
    with torch.no_grad():
        for layer, std in ((rpn.rpn_conv, 0.05), (rpn.rpn_cls, 0.03), (rpn.rpn_reg, 0.01), (head.fc_cls, 0.3)):
            layer.weight.normal_(std=std)
    return model.eval()


def recognizer(labels: int, seed: int = 0) -> TANet:
    torch.manual_seed(seed)
    model = TANet(TANetConfig.small(labels))
    with torch.no_grad():
        model.new_fc.weight.normal_(std=0.05)
    return model.eval()
