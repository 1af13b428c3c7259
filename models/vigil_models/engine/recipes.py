"""The published training recipes (specifications: TRA, section 11; TAM, section 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Tuple

from torch import nn

from ..modeling.tam import TANetConfig
from ..modeling.tra import TRAConfig


@dataclass(frozen=True)
class StepSchedule:
    """A rate that falls to a tenth at some epochs, after a linear warm-up."""

    rate: float
    epochs: int
    milestones: Tuple[int, ...]  # epochs, counted from 0, at whose start the rate falls
    warmup_steps: int = 0
    warmup_ratio: float = 1 / 3  # of the rate at the first step

    def at(self, epoch: int, step: int) -> float:
        """Rate of a step; `step` counts from the start of the training."""
        rate = self.rate * 0.1 ** sum(epoch >= milestone for milestone in self.milestones)
        if step < self.warmup_steps:
            rate *= 1 - (1 - step / self.warmup_steps) * (1 - self.warmup_ratio)
        return rate


@dataclass(frozen=True)
class Optimisation:
    """Stochastic gradient descent as both papers use it."""

    schedule: StepSchedule
    batch: int  # samples per step, over all processes
    weight_decay: float
    clip_norm: float
    momentum: float = 0.9


@dataclass(frozen=True)
class DetectorRecipe:
    """How TRA and SELSA were trained on ImageNet VID + DET: 8 GPUs with one key frame each.

    The stem and the first stage stay as they are, and so do the statistics of all batch norms.
    """

    network: TRAConfig
    optimisation: Optimisation = Optimisation(StepSchedule(0.01, 7, (2, 5), 500), batch=8, weight_decay=1e-4, clip_norm=35.0)
    flip: float = 0.5
    proposal_samples: int = 256
    proposal_positives: float = 0.5  # at most
    proposal_iou: Tuple[float, float] = (0.3, 0.7)  # negative below, positive from
    head_samples: int = 256
    head_positives: float = 0.25  # at most
    head_iou: float = 0.5


@dataclass(frozen=True)
class RecognizerRecipe:
    """How TANet was trained on Kinetics and Something-Something.

    All batch norms train. Rates and decays have multipliers, see `parameter_groups`.
    """

    network: TANetConfig
    optimisation: Optimisation
    sampling: str  # dense or uniform
    flip: float
    swaps: Tuple[Tuple[int, int], ...] = ()  # classes that a mirrored clip exchanges
    scaled_side: int = 256
    crop: int = 224
    crop_scales: Tuple[float, ...] = (1, 0.875, 0.75, 0.66)  # of the short side; width's and height's differ by one step at most
    multipliers: str = "official"  # or mmaction2: only the classifier learns faster


SOMETHING_V1_SWAPS = ((2, 4), (30, 41), (52, 66))  # left and right
SOMETHING_V2_SWAPS = ((86, 87), (93, 94), (166, 167))  # left and right


def detector_recipes() -> dict[str, DetectorRecipe]:
    return {
        "tra-r50-imagenet-vid": DetectorRecipe(TRAConfig.r50_dc5()),
        "tra-r101-imagenet-vid": DetectorRecipe(TRAConfig.r101_dc5()),
        "tra-x101-imagenet-vid": DetectorRecipe(TRAConfig.x101_dc5()),
        "selsa-r50-imagenet-vid": DetectorRecipe(TRAConfig.selsa_r50_dc5()),
    }


def recognizer_recipes(segments: int = 8, depth: int = 50) -> dict[str, RecognizerRecipe]:
    """Recipes for 8 or 16 frames and a ResNet-50 or 101."""
    if segments not in (8, 16) or depth not in (50, 101):
        raise ValueError(f"the papers train with 8 or 16 frames and a ResNet-50 or 101, not {segments} and {depth}")
    network = TANetConfig.r50 if depth == 50 else TANetConfig.r101

    def config(classes: int, dropout: float) -> TANetConfig:
        return replace(network(classes, segments), dropout=dropout)

    short = Optimisation(StepSchedule(0.01, 50, (30, 40, 45)), 64, 1e-3, 20.0)
    of_mmaction2 = short if segments == 8 else replace(short, schedule=replace(short.schedule, rate=0.0075), batch=48)
    return {
        "tam-kinetics": RecognizerRecipe(
            config(400, 0.5), Optimisation(StepSchedule(0.01, 100, (50, 75, 90)), 64, 1e-4, 20.0), "dense", 0.5
        ),
        "tam-something-v1": RecognizerRecipe(config(174, 0.6), short, "uniform", 0.0),
        "tam-something-v1-mmaction2": RecognizerRecipe(
            config(174, 0.6), of_mmaction2, "uniform", 0.5, SOMETHING_V1_SWAPS, multipliers="mmaction2"
        ),
        "tam-something-v2": RecognizerRecipe(
            config(174, 0.5), Optimisation(StepSchedule(0.02, 50, (30, 40, 45)), 128, 5e-4, 20.0), "uniform", 0.5, SOMETHING_V2_SWAPS
        ),
    }


def detector_groups(model: nn.Module, recipe: DetectorRecipe) -> list[dict]:
    """One group: all that trains has the same rate and decay."""
    trained = [p for p in model.parameters() if p.requires_grad]
    return [{"params": trained, "rate": 1.0, "weight_decay": recipe.optimisation.weight_decay}]


def recognizer_groups(model: nn.Module, recipe: RecognizerRecipe) -> list[dict]:
    """Parameters by their multipliers; ``rate`` is the factor on the schedule's rate.

    Weights of fully connected layers learn five times as fast, those in the global branches included unless the multipliers are
    mmaction2's; the classifier's bias ten times, other biases twice. Biases, gains and shifts do not decay.
    """
    groups: dict[tuple[float, bool], list] = {}
    for layer in model.modules():
        classifier = layer is model.new_fc
        for name, parameter in layer.named_parameters(recurse=False):
            if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
                key = (1.0, False)
            elif name == "bias":
                key = (10.0 if classifier else 2.0, False)
            else:
                fast = classifier or (isinstance(layer, nn.Linear) and recipe.multipliers == "official")
                key = (5.0 if fast else 1.0, True)
            groups.setdefault(key, []).append(parameter)
    decay = recipe.optimisation.weight_decay
    return [{"params": parameters, "rate": rate, "weight_decay": decay * decays} for (rate, decays), parameters in groups.items()]
