"""What all runs of a comparison have in common."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from ..engine.detector import PHASES, Phase
from ..engine.head_training import HeadTraining
from ..engine.recognizer import RecognizerTraining
from ..modeling.tam import TANetConfig

VALIDATION = 8
"""Held-out samples on which a training reports; nothing is chosen by them, the last weights are measured."""
DETECTOR_PACKAGE, RECOGNIZER_PACKAGE = "tra-small", "tam-small"


@dataclass(frozen=True)
class Settings:
    """How runs are trained and measured; runs with other settings are other runs."""

    minutes: float | None = 60.0
    steps: int | None = None
    seeds: tuple[int, ...] = (0, 1, 2)
    videos: int = 200  # test videos of the detector
    clips: int = 360  # test clips of the recognizer
    sequences: int = 3000  # training sequences of the detector
    threads: int | None = None
    workers: int = 1
    packages: Path | None = None  # folder of the packages with which runs begin; None: from scratch
    phases: tuple[Phase, ...] = PHASES
    head: HeadTraining = HeadTraining()
    recognizer: RecognizerTraining = RecognizerTraining()

    def __post_init__(self) -> None:
        if self.minutes is None and self.steps is None:
            raise ValueError("runs have no end: give minutes, steps or both")
        if self.packages is not None and self.steps is None:
            raise ValueError("runs that begin with packages end after a number of steps: give --steps-per-run")
        if not self.seeds:
            raise ValueError("give at least one seed")

    def times(self, budget: int) -> Settings:
        """With so many times the steps and minutes of each run."""
        minutes, steps = (None if end is None else end * budget for end in (self.minutes, self.steps))
        return replace(self, minutes=minutes, steps=steps)

    def recognizer_training(self, name: str, network: TANetConfig, seed: int, resume: bool) -> RecognizerTraining:
        """A run's training of a recognizer from scratch."""
        return replace(
            self.recognizer,
            name=name,
            network=network,
            minutes=self.minutes,
            steps=self.steps,
            workers=self.workers,
            threads=self.threads,
            validation_clips=VALIDATION,
            validate_minutes=float("inf"),
            resume=resume,
            seed=seed,
        )

    def identity(self, package: str) -> dict:
        """What a stored run that begins with the weights of ``package``, where there are packages, must agree with."""
        common = {name: getattr(self, name) for name in ("minutes", "steps", "videos", "clips", "sequences")}
        return common if self.packages is None else {**common, "package": f"{package} {self.package_version(package)}"}

    def package_version(self, name: str) -> str:
        """Raises ValueError where there is no such package."""
        manifest = self.packages / name / "manifest.json"
        if not manifest.is_file():
            raise ValueError(f"there is no package at {manifest.parent}: give --packages the folder that holds {name}")
        return json.loads(manifest.read_text())["version"]
