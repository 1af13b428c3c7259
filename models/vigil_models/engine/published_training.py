"""Trains the published networks by the published recipes on stored data sets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from ..data.annotated_video import AnnotatedSet
from ..data.key_frames import KeyFrames
from ..data.sources import listed
from ..data.training_clips import TrainingClips
from ..data.video_lists import VideoSet
from ..modeling.tam import TANet
from ..modeling.tra import TRA
from ..modeling.tra.published_losses import PublishedLoss
from .common import load_checkpoint
from .epochs import EpochTrainer, EpochTraining
from .pretrained import load_backbone
from .processes import Processes
from .recipes import DetectorRecipe, Optimisation, RecognizerRecipe, detector_groups, recognizer_groups


@dataclass(frozen=True)
class RecipeRun:
    """A recipe by name, on a data set, and what the run adds to it."""

    recipe: str
    data: str  # goes into the checkpoint
    training: EpochTraining
    rate: float | None = None  # instead of the recipe's
    epochs: int | None = None  # the schedule's milestones move along
    backbone: Path | None = None
    threads: int | None = None

    def optimisation(self, published: Optimisation) -> Optimisation:
        schedule = published.schedule
        if self.rate is not None:
            schedule = replace(schedule, rate=self.rate)
        if self.epochs is not None:
            milestones = tuple(round(m * self.epochs / schedule.epochs) for m in schedule.milestones)
            schedule = replace(schedule, epochs=self.epochs, milestones=milestones)
        return replace(published, schedule=schedule)


def train_detector(run: RecipeRun, recipe: DetectorRecipe, data: AnnotatedSet) -> int:
    """Train, or go on; returns the number of steps. Checkpoints are those of the small recipe.

    The network gets the classes of the data set.
    """
    recipe = replace(recipe, network=replace(recipe.network, labels=tuple(data.labels)))
    dataset = KeyFrames(data, recipe.network, recipe.flip, run.training.seed)
    torch.manual_seed(run.training.seed)
    model = TRA(recipe.network)
    return _train(run, recipe, model, PublishedLoss(model, recipe), detector_groups, dataset, list, data.labels)


def train_recognizer(run: RecipeRun, recipe: RecognizerRecipe, data: VideoSet) -> int:
    """Train, or go on; returns the number of steps. The network gets as many classes as the data set has."""
    recipe = replace(recipe, network=replace(recipe.network, classes=len(data.labels)))
    dataset = TrainingClips(data, recipe, run.training.seed)
    torch.manual_seed(run.training.seed)
    model = TANet(recipe.network)
    return _train(run, recipe, model, ClassLoss(model), recognizer_groups, dataset, stacked, data.labels)


class ClassLoss(nn.Module):
    """Cross entropy of clips [N, T, 3, H, W] with labels [N]."""

    def __init__(self, model: TANet):
        super().__init__()
        self.model = model

    def forward(self, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        clips, labels = (part.to(next(self.model.parameters()).device) for part in batch)
        return {"class": F.cross_entropy(self.model(clips).float(), labels)}


def stacked(samples: Sequence[tuple[Tensor, int]]) -> tuple[Tensor, Tensor]:
    clips, labels = zip(*samples)
    return torch.stack(clips), torch.tensor(labels)


def _train(
    run: RecipeRun, recipe, model: nn.Module, loss: nn.Module, groups: Callable, dataset: Dataset, collate: Callable, labels
) -> int:
    last = run.training.directory / "last.pt"
    if run.training.resume:
        model.load_state_dict(_of_these_classes(load_checkpoint(last), labels, last)["model"])
    elif run.backbone is not None:
        load_backbone(model, run.backbone)

    def content(step: int) -> dict:
        return {
            "model": {name: value.detach().cpu() for name, value in model.state_dict().items()},
            "config": asdict(model.config),
            "step": step,
            "labels": list(labels),
            "metrics": {},
            "data": run.data,
            "recipe": run.recipe,
        }

    processes = Processes.start(run.threads)
    try:
        loss.to(processes.device)
        optimisation = run.optimisation(recipe.optimisation)
        trainer = EpochTrainer(run.training, optimisation, loss, groups(model, recipe), dataset, collate, content, processes)
        return trainer.train()
    finally:
        processes.stop()


def _of_these_classes(stored: dict, labels: Sequence[str], path: Path) -> dict:
    """The checkpoint; ValueError when it tells other classes apart than the data set has."""
    if list(stored["labels"]) != list(labels):
        raise ValueError(f"{path} is of a training with other classes: {listed(stored['labels'])}; the data set has {listed(labels)}")
    return stored
