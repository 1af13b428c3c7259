"""Trains the networks of the comparison from scratch, each by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterable

from ..engine.common import load_checkpoint
from ..engine.detector import DetectorTrainer, DetectorTraining, training_sequences
from ..engine.recognizer import train
from ..modeling.tam import TANet
from ..modeling.tra import TRA
from .plan import Variant
from .settings import VALIDATION, Settings


class FromScratch:
    """Trainings in folders of ``runs`` that bear the name of the run; an interrupted one goes on."""

    def __init__(self, settings: Settings, runs: Path, cache: Path):
        self.settings, self.runs, self.cache = settings, runs, cache

    def prepare(self, variants: Iterable[Variant], say: Callable[[str], None]):
        """Render what the detectors share, so that no run pays for it out of its budget."""
        for disturbed in sorted({variant.disturbed for variant in variants if variant.is_detector}):
            training_sequences(disturbed, self.settings.sequences, self.cache / "detector").render(say)

    def train(self, variant: Variant, name: str, seed: int) -> tuple[TRA | TANet, int]:
        """The trained network, and the steps it had."""
        checkpoint = self.runs / name / "last.pt"
        (self._detector if variant.is_detector else self._recognizer)(variant, name, seed, checkpoint.exists())
        stored = load_checkpoint(checkpoint)
        model = TRA(variant.network) if variant.is_detector else TANet(variant.network)
        model.load_state_dict(stored["model"])
        return model, stored["step"]

    def _detector(self, variant: Variant, name: str, seed: int, resume: bool):
        settings = self.settings.times(variant.budget)
        training = DetectorTraining(
            name=name,
            network=variant.network,
            minutes=settings.minutes,
            steps=settings.steps,
            phases=settings.phases,
            sequences=settings.sequences,
            disturbed=variant.disturbed,
            cache=self.cache / "detector",
            workers=settings.workers,
            threads=settings.threads,
            validation_sequences=VALIDATION,
            validate_minutes=float("inf"),
            resume=resume,
            seed=seed,
        )
        DetectorTrainer(training, self.runs).train()

    def _recognizer(self, variant: Variant, name: str, seed: int, resume: bool):
        train(self.settings.times(variant.budget).recognizer_training(name, variant.network, seed, resume), self.runs)
