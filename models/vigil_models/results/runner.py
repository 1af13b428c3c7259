"""Trains and measures every variant with every seed; what is there already is not done again."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Iterator

import torch

from ..data import seeds
from ..data.actions import ActionClips
from ..data.detection import DetectionSequences, DetectionVideos
from ..engine.common import clock, load_checkpoint, pick_device
from ..engine.detector import PHASES, DetectorTrainer, DetectorTraining, Phase
from ..engine.recognizer import RecognizerTraining, train
from ..engine.sequence_cache import SequenceCache
from ..modeling.tam import TANet
from ..modeling.tra import TRA
from . import detector_measures, recognizer_measures
from .plan import Plan, Variant
from .support_choices import BUDGET, choices

MAIN_DETECTOR = "tra"
"""The variant on which choices of support frames are compared."""
VALIDATION = 8
"""Held-out samples on which a training reports; nothing is chosen by them, the last weights are measured."""


@dataclass(frozen=True)
class Settings:
    """What all runs have in common; runs with other settings are other runs."""

    minutes: float | None = 60.0
    steps: int | None = None
    seeds: tuple[int, ...] = (0, 1, 2)
    videos: int = 200  # test videos of the detector
    clips: int = 360  # test clips of the recognizer
    sequences: int = 3000  # training sequences of the detector
    threads: int | None = None
    workers: int = 1
    phases: tuple[Phase, ...] = PHASES
    recognizer: RecognizerTraining = RecognizerTraining()

    def __post_init__(self) -> None:
        if self.minutes is None and self.steps is None:
            raise ValueError("runs have no end: give minutes, steps or both")
        if not self.seeds:
            raise ValueError("give at least one seed")

    def identity(self) -> dict:
        """What a stored run must agree with."""
        return {name: getattr(self, name) for name in ("minutes", "steps", "videos", "clips", "sequences")}


class Runner:
    """Runs in the folder ``runs``: `NAME-seedS.json` is a finished run, the folder `NAME-seedS` its training."""

    def __init__(self, plan: Plan, settings: Settings, runs: Path, cache: Path, say: Callable[[str], None] = print):
        self.plan, self.settings, self.runs, self.cache, self.say = plan, settings, runs, cache, say

    def pending(self) -> list[tuple[Variant, int]]:
        """Runs that are not there, all variants with one seed before the next seed.

        Raises ValueError for stored runs with other settings.
        """
        every = [(variant, seed) for seed in self.settings.seeds for variant in self.plan.variants]
        return [(variant, seed) for variant, seed in every if self.stored(variant, seed) is None]

    def stored(self, variant: Variant, seed: int) -> dict | None:
        path = self._path(variant, seed)
        if not path.exists():
            return None
        record = json.loads(path.read_text())
        if record["settings"] != self.settings.identity():
            raise ValueError(
                f"{path} was made with {record['settings']}, asked for is {self.settings.identity()}: choose another --runs folder"
            )
        return record

    def run(self) -> None:
        """Do all that is pending, saying after each run how long the rest takes."""
        pending = self.pending()
        self.say(f"{len(pending)} runs to do of {len(self.plan.variants) * len(self.settings.seeds)}")
        self._prepare(pending)
        spent: list[float] = []
        for number, (variant, seed) in enumerate(pending, 1):
            expected = sum(spent) / len(spent) if spent else 60 * (self.settings.minutes or 0)
            left = f", about {clock(expected * (len(pending) - number + 1))} left" if expected else ""
            self.say(f"run {number} of {len(pending)}: {variant.name}, seed {seed}{left}")
            started = time.monotonic()
            self._write(variant, seed, self._do(variant, seed))
            spent.append(time.monotonic() - started)
        self.say("all runs are there")

    def records(self) -> Iterator[dict]:
        """All finished runs of the plan."""
        for variant in self.plan.variants:
            for seed in self.settings.seeds:
                record = self.stored(variant, seed)
                if record is not None:
                    yield record

    def checkpoint(self, variant: Variant, seed: int) -> Path:
        return self.runs / self._name(variant, seed) / "last.pt"

    def _prepare(self, pending: list[tuple[Variant, int]]) -> None:
        """Render what the detectors share, so that no run pays for it out of its budget."""
        if not any(variant.is_detector for variant, _ in pending):
            return
        for cache in (self._training_sequences(), self._test_videos()):
            for index in range(len(cache)):
                if not (cache.folder / f"{index:07d}.npz").exists():
                    cache[index]
                    if index % 100 == 0:
                        self.say(f"rendering {cache.folder}: {index} of {len(cache)}")

    def _training_sequences(self) -> SequenceCache:
        return SequenceCache(DetectionSequences(seeds.TRAIN, frames=3), self.settings.sequences, self.cache / "detector" / "train")

    def _test_videos(self) -> SequenceCache:
        return SequenceCache(DetectionVideos(seeds.TEST), self.settings.videos, self.cache / "test-videos")

    def _do(self, variant: Variant, seed: int) -> dict:
        return self._detector(variant, seed) if variant.is_detector else self._recognizer(variant, seed)

    def _detector(self, variant: Variant, seed: int) -> dict:
        settings = self.settings
        training = DetectorTraining(
            name=self._name(variant, seed),
            network=variant.network,
            minutes=settings.minutes,
            steps=settings.steps,
            phases=settings.phases,
            sequences=settings.sequences,
            cache=self.cache / "detector",
            workers=settings.workers,
            threads=settings.threads,
            validation_sequences=VALIDATION,
            validate_minutes=float("inf"),
            resume=self.checkpoint(variant, seed).exists(),
            seed=seed,
        )
        DetectorTrainer(training, self.runs).train()
        model, stored = self._trained(TRA(variant.network), variant, seed)
        wanted = choices()
        if variant.name != MAIN_DETECTOR:
            wanted = {name: choice for name, choice in wanted.items() if name == f"slots {BUDGET}"}
        return {"step": stored["step"], "measures": detector_measures.measure(model, self._test_videos(), wanted)}

    def _recognizer(self, variant: Variant, seed: int) -> dict:
        settings, network = self.settings, variant.network
        training = replace(
            settings.recognizer,
            name=self._name(variant, seed),
            network=network,
            minutes=settings.minutes,
            steps=settings.steps,
            workers=settings.workers,
            threads=settings.threads,
            validation_clips=VALIDATION,
            validate_minutes=float("inf"),
            resume=self.checkpoint(variant, seed).exists(),
            seed=seed,
        )
        train(training, self.runs)
        model, stored = self._trained(TANet(network), variant, seed)
        source = ActionClips(seeds.TEST, size=network.input_size, frames=network.segments)
        width, height = network.input_size
        path = self.cache / f"test-clips-{settings.clips}-{network.segments}x{width}x{height}.npz"
        clips = recognizer_measures.CachedClips(source, settings.clips, path)
        return {"step": stored["step"], "measures": recognizer_measures.measure(model, clips)}

    def _trained(self, model, variant: Variant, seed: int):
        stored = load_checkpoint(self.checkpoint(variant, seed))
        model.load_state_dict(stored["model"])
        return model.to(pick_device(self.settings.threads)), stored

    def _write(self, variant: Variant, seed: int, result: dict) -> None:
        settings = self.settings.identity()
        budget = [f"--minutes-per-run {settings['minutes']:g}"] if settings["minutes"] is not None else []
        budget += [f"--steps-per-run {settings['steps']}"] if settings["steps"] is not None else []
        sizes = f"--videos {settings['videos']} --clips {settings['clips']} --sequences {settings['sequences']}"
        record = {
            "variant": variant.name,
            "seed": seed,
            "command": f"python3 -m vigil_models results --only {variant.name} --seeds {seed} {' '.join(budget)} {sizes}",
            "settings": settings,
            "commit": _commit(),
            "device": torch.cuda.get_device_name() if torch.cuda.is_available() else f"CPU, {torch.get_num_threads()} threads",
            **result,
        }
        path = self._path(variant, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(record, indent=1) + "\n")
        os.replace(draft, path)

    @staticmethod
    def _name(variant: Variant, seed: int) -> str:
        return f"{variant.name}-seed{seed}"

    def _path(self, variant: Variant, seed: int) -> Path:
        return self.runs / f"{self._name(variant, seed)}.json"


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent, check=False)
    return found.stdout.strip() or "unknown"
