"""Networks whose convolutions compute with 8-bit integers.

Weights are rounded symmetrically for every output channel, activations by a range seen on calibration pictures, in the form
(QuantizeLinear and DequantizeLinear around every layer) that ONNX Runtime fuses into integer kernels. In PyTorch the result
rounds alike but computes in float32, so that its accuracy can be measured before it is exported.

Of a detector, backbone, neck and the proposal head's shared convolution are rounded; anchors' scores and deltas and the box head
stay float32, and so does the search for similar features unless the network's configuration rounds it. Of a recognizer, all convolutions over pixels are; temporal modules and the
classifier stay.
"""

from typing import Callable, List, Union

import torch
from torch import Tensor, nn
from torch.nn import intrinsic, qat
from torch.nn.intrinsic import qat as fused_qat
from torch.ao.quantization import (
    FakeQuantize,
    HistogramObserver,
    PerChannelMinMaxObserver,
    QConfig,
    QConfigMapping,
    disable_fake_quant,
    disable_observer,
)
from torch.ao.quantization.fx.custom_config import PrepareCustomConfig
from torch.ao.quantization.quantize_fx import prepare_fx

from ..modeling.tam import TAM, TANet, TemporalShift
from ..modeling.tra import TRA

ACTIVATION_MAX = 255  # uint8, with a zero point
ROUNDED = QConfig(
    activation=FakeQuantize.with_args(observer=HistogramObserver, quant_min=0, quant_max=ACTIVATION_MAX, dtype=torch.quint8),
    weight=FakeQuantize.with_args(
        observer=PerChannelMinMaxObserver, quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=torch.per_channel_symmetric
    ),
)
TRAINABLE = {nn.Conv2d: qat.Conv2d, intrinsic.ConvReLU2d: fused_qat.ConvReLU2d}


class Rounding(nn.Module):
    """Rounds to the 256 values that are ``scale`` apart, ``zero_point`` of them below zero."""

    def __init__(self, calibrated: FakeQuantize):
        super().__init__()
        self.scale, self.zero_point = float(calibrated.scale), int(calibrated.zero_point)

    def forward(self, x: Tensor) -> Tensor:
        return torch.fake_quantize_per_tensor_affine(x, self.scale, self.zero_point, 0, ACTIVATION_MAX)


def quantize(model: Union[TRA, TANet], calibrate: Callable[[nn.Module], None]):
    """Round a network's convolutions, in place; it can no longer be trained.

    :param calibrate: runs the network it is given on typical pictures; ranges of activations are what occurs meanwhile
    """
    model.eval()
    parts = _detector_parts(model) if isinstance(model, TRA) else _recognizer_parts(model)
    model.apply(disable_fake_quant)
    with torch.no_grad():
        calibrate(model)
    for part in parts:
        _round(part)


def rounds(network: nn.Module) -> bool:
    """Whether any of it was rounded by `quantize`."""
    return any(isinstance(module, Rounding) for module in network.modules())


def _detector_parts(model: TRA) -> List[nn.Module]:
    network, rpn = model.detector, model.detector.rpn_head
    images = torch.zeros(1, 3, 64, 64)
    network.backbone = _observed(network.backbone, images)
    maps = network.backbone(images)
    network.neck = _observed(network.neck, maps)
    rpn.rpn_conv = _observed(nn.Sequential(rpn.rpn_conv, rpn.rpn_bn, nn.ReLU()), network.neck(maps))
    rpn.rpn_bn = nn.Identity()
    return [network.backbone, network.neck, rpn.rpn_conv]


def _recognizer_parts(model: TANet) -> List[nn.Module]:
    model.base_model = _observed(model.base_model, torch.zeros(model.config.segments, 3, 64, 64))
    return [model.base_model]


def _observed(part: nn.Module, example: Tensor) -> nn.Module:
    """With norms folded into convolutions, and a range being taken wherever values are to be rounded."""
    temporal = PrepareCustomConfig().set_non_traceable_module_classes([TAM, TemporalShift])
    return prepare_fx(part.eval(), QConfigMapping().set_global(ROUNDED), (example,), prepare_custom_config=temporal)


def _round(part: nn.Module):
    part.apply(disable_observer)
    for module in list(part.modules()):
        for name, child in list(module._modules.items()):  # named_children() tells a shared child once only
            if isinstance(child, FakeQuantize):
                setattr(module, name, Rounding(child))
            elif type(child) in TRAINABLE:
                setattr(module, name, _with_rounded_weights(child))


def _with_rounded_weights(convolution: nn.Module) -> nn.Module:
    rounded = TRAINABLE[type(convolution)].from_float(convolution)
    rounded.weight_fake_quant(rounded.weight)
    return rounded.eval().apply(disable_observer)
