"""Trains and measures every variant with every seed; what is there already is not done again."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator

import torch

from ..data import seeds
from ..data.actions import ActionClips
from ..data.detection import DetectionVideos
from ..engine.clip_cache import ClipCache
from ..engine.common import clock, pick_device
from ..engine.sequence_cache import SequenceCache
from ..modeling.tam import TANet
from ..modeling.tra import TRA
from ..world.disturbance import staged
from . import detector_measures, recognizer_measures
from .from_packages import FromPackages
from .from_scratch import FromScratch
from .plan import Plan, Variant
from .settings import DETECTOR_PACKAGE, RECOGNIZER_PACKAGE, Settings
from .support_choices import BUDGET, choices

MAIN_DETECTOR = "tra"
"""The variant on which choices of support frames are compared."""
DISTURBED = "disturbed"
"""What was measured, with the usual support frames, on disturbed key frames."""


class Runner:
    """Runs in the folder ``runs``: `NAME-seedS.json` is a finished run, the folder `NAME-seedS` its training."""

    def __init__(self, plan: Plan, settings: Settings, runs: Path, cache: Path, say: Callable[[str], None] = print):
        self.plan, self.settings, self.runs, self.cache, self.say = plan, settings, runs, cache, say
        from_packages = settings.packages is not None
        self._training = FromPackages(settings, plan, runs, cache) if from_packages else FromScratch(settings, runs, cache)

    def pending(self) -> list[tuple[Variant, int]]:
        """Runs that are not there, all variants with one seed before the next seed.

        Raises ValueError for stored runs with other settings.
        """
        return [(variant, seed) for variant, seed in self._every() if self.stored(variant, seed) is None]

    def _every(self) -> list[tuple[Variant, int]]:
        return [(variant, seed) for seed in self.settings.seeds for variant in self.plan.variants]

    def stored(self, variant: Variant, seed: int) -> dict | None:
        path = self._path(variant, seed)
        if not path.exists():
            return None
        record = json.loads(path.read_text())
        if record["settings"] != self._identity(variant):
            raise ValueError(
                f"{path} was made with {record['settings']}, asked for is {self._identity(variant)}: choose another --runs folder"
            )
        return record

    def run(self) -> None:
        """Do all that is pending, saying after each run how long the rest takes."""
        pending = self.pending()
        self.say(f"{len(pending)} runs to do of {len(self.plan.variants) * len(self.settings.seeds)}")
        variants = [variant for variant, _ in pending]
        self._training.prepare(variants, self.say)
        if any(variant.is_detector for variant in variants):
            self._test_videos().render(self.say)
        self._complete()
        spent: list[float] = []
        for number, (variant, seed) in enumerate(pending, 1):
            expected = sum(spent) / len(spent) if spent else 60 * (self.settings.minutes or 0)
            left = f", about {clock(expected * (len(pending) - number + 1))} left" if expected else ""
            self.say(f"run {number} of {len(pending)}: {variant.name}, seed {seed}{left}")
            started = time.monotonic()
            self._write(variant, seed, self._do(variant, seed))
            spent.append(time.monotonic() - started)
        self.say("all runs are there")

    def _complete(self) -> None:
        """Measure on disturbed key frames the runs that were stored before that was measured."""
        for variant, seed in self._every():
            record = self.stored(variant, seed)
            if record is None or not variant.meets_disturbed or DISTURBED in record["measures"]:
                continue
            if not self.checkpoint(variant, seed).exists():
                self.say(f"{variant.name}, seed {seed}: not measured on disturbed key frames, its weights are gone")
                continue
            self.say(f"{variant.name}, seed {seed}: disturbed key frames")
            model, _ = self._trained(variant, seed)
            record["measures"].update(self._measure_disturbed(model.to(pick_device(self.settings.threads))))
            self._store(record, self._path(variant, seed))

    def records(self) -> Iterator[dict]:
        """All finished runs of the plan."""
        for variant in self.plan.variants:
            for seed in self.settings.seeds:
                record = self.stored(variant, seed)
                if record is not None:
                    yield record

    def checkpoint(self, variant: Variant, seed: int) -> Path:
        """The weights of a run, which may be those of another one."""
        return self.runs / self._name(variant.weights_of or variant, seed) / "last.pt"

    def _test_videos(self) -> SequenceCache:
        return SequenceCache(DetectionVideos(seeds.TEST), self.settings.videos, self.cache / "test-videos")

    def _do(self, variant: Variant, seed: int) -> dict:
        model, steps = self._trained(variant, seed)
        model.to(pick_device(self.settings.threads))
        measure = self._measure_detector if variant.is_detector else self._measure_recognizer
        return {"step": steps, "measures": measure(variant, model)}

    def _trained(self, variant: Variant, seed: int) -> tuple[TRA | TANet, int]:
        """The network with its weights, and the steps that these had."""
        trained = variant.weights_of or variant
        model, steps = self._training.train(trained, self._name(trained, seed), seed)
        if variant.weights_of is not None:
            weights = model.state_dict()
            model = TRA(variant.network)
            model.load_state_dict(weights)
        return model, steps

    def _measure_detector(self, variant: Variant, model: TRA) -> dict:
        main = f"slots {BUDGET}"
        wanted = choices() if variant.name == MAIN_DETECTOR else {main: choices()[main]}
        measures = detector_measures.measure(model, self._test_videos(), wanted)
        return {**measures, **self._measure_disturbed(model)} if variant.meets_disturbed else measures

    def _measure_disturbed(self, model: TRA) -> dict:
        source = DetectionVideos(seeds.TEST, frames=2 * BUDGET + 1, disturb=staged)
        videos = SequenceCache(source, self.settings.videos, self.cache / "test-videos-disturbed")
        videos.render(self.say)
        return detector_measures.measure(model, videos, {DISTURBED: choices()[f"slots {BUDGET}"]})

    def _measure_recognizer(self, variant: Variant, model: TANet) -> dict:
        settings, network = self.settings, variant.network
        source = ActionClips(seeds.TEST, size=network.input_size, frames=network.segments)
        width, height = network.input_size
        folder = self.cache / f"test-clips-{settings.clips}-{network.segments}x{width}x{height}"
        return recognizer_measures.measure(model, ClipCache(source, settings.clips, folder, self.say))

    def _write(self, variant: Variant, seed: int, result: dict) -> None:
        settings = self._identity(variant)
        budget = [f"--minutes-per-run {settings['minutes']:g}"] if settings["minutes"] is not None else []
        budget += [f"--steps-per-run {settings['steps']}"] if settings["steps"] is not None else []
        budget += ["--packages packages"] if "package" in settings else []
        width, height = settings["input_size"]
        budget += [] if variant.is_detector else [f"--clip-size {width}x{height}"]
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
        self._store(record, self._path(variant, seed))

    @staticmethod
    def _store(record: dict, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(record, indent=1) + "\n")
        os.replace(draft, path)

    def _identity(self, variant: Variant) -> dict:
        package = DETECTOR_PACKAGE if variant.is_detector else RECOGNIZER_PACKAGE
        return {**self.settings.identity(package), "input_size": list(variant.network.input_size)}

    @staticmethod
    def _name(variant: Variant, seed: int) -> str:
        return f"{variant.name}-seed{seed}"

    def _path(self, variant: Variant, seed: int) -> Path:
        return self.runs / f"{self._name(variant, seed)}.json"


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent, check=False)
    return found.stdout.strip() or "unknown"
