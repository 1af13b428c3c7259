"""Trains the networks of the comparison from shipped packages: much faster, and all of a kind begin alike.

Detectors have the package's backbone, neck and proposal head, which stay as they are; their RoI heads are trained from
scratch on sequences that the trunk has never seen. Recognizers begin with the package's convolutions; temporal modules and
classifier are new, and everything trains.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Callable, Iterable

import torch

from ..data import seeds
from ..data.detection import DetectionSequences
from ..engine.common import load_checkpoint, pick_device, save_checkpoint
from ..engine.further import unfold
from ..engine.head_training import train_head
from ..engine.recognizer import train
from ..engine.sequence_cache import SequenceCache
from ..engine.trunk_features import TrunkFeatures
from ..export.recovery import recover
from ..modeling.tam import TANet
from ..modeling.tra import TRA
from ..world.disturbance import never, passing
from .plan import Plan, Variant
from .settings import DETECTOR_PACKAGE, RECOGNIZER_PACKAGE, Settings

UNSEEN = seeds.TRAIN + 1_000_000
"""Seed of the first sequence on which heads are trained."""
FRAMES = 5
"""Of each such sequence, the key frame included."""
DISTURBED_KEYS = 0.5
"""Share of key frames that are disturbed where a head learns from disturbed cameras; of all their pictures it is a ninth."""
CLIPS_PER_SEQUENCE = 2
"""Clips that are rendered for recognizers, for every sequence that is for detectors; more for those that are trained longer."""
PEAK_RATE, PAIRS = 2e-3, 0.5
"""Of recognizers: the highest learning rate, and the weight of the loss that only tells an action from its reverse."""


class FromPackages:
    """Trainings in folders of ``runs`` that bear the name of the run."""

    def __init__(self, settings: Settings, plan: Plan, runs: Path, cache: Path):
        """The networks from which ``plan`` derives its variants are those of the packages."""
        self.settings, self.plan, self.runs, self.cache = settings, plan, runs, cache

    def prepare(self, variants: Iterable[Variant], say: Callable[[str], None]):
        """Compute what the heads share."""
        for disturbed in sorted({variant.disturbed for variant in variants if variant.is_detector}):
            pick_device(self.settings.threads)
            self._trunk_features(disturbed, say)

    def train(self, variant: Variant, name: str, seed: int) -> tuple[TRA | TANet, int]:
        """The trained network, and the steps it had."""
        checkpoint = self.runs / name / "last.pt"
        if variant.is_detector:
            if not checkpoint.exists():
                self._head(variant, checkpoint, seed)
            model = TRA(variant.network)
        else:
            self._recognizer(variant, name, seed, checkpoint.exists())
            model = TANet(variant.network)
        stored = load_checkpoint(checkpoint)
        model.load_state_dict(stored["model"])
        return model, stored["step"]

    def _head(self, variant: Variant, checkpoint: Path, seed: int):
        settings = self.settings.times(variant.budget)
        training = replace(settings.head, steps=settings.steps, seed=seed, disturbed_keys=DISTURBED_KEYS if variant.disturbed else 0.0)
        torch.manual_seed(seed)
        model = TRA(variant.network)
        trunk = {key: value for key, value in self._package_detector().state_dict().items() if ".roi_head." not in key}
        model.load_state_dict(trunk, strict=False)
        train_head(model, self._trunk_features(variant.disturbed), training)
        content = {
            "model": model.state_dict(),
            "config": asdict(variant.network),
            "step": training.steps,
            "labels": list(variant.network.labels),
            "metrics": {},
            "data": f"trunk of {DETECTOR_PACKAGE} {settings.package_version(DETECTOR_PACKAGE)}; head: {settings.sequences} sequences from seed {UNSEEN}"
            + (", disturbed" if variant.disturbed else ""),
        }
        save_checkpoint(checkpoint, content)

    def _recognizer(self, variant: Variant, name: str, seed: int, resume: bool):
        settings = self.settings.times(variant.budget)
        training = replace(
            settings.recognizer_training(name, variant.network, seed, resume),
            sizes=((1.0, *variant.network.input_size),),
            kept=CLIPS_PER_SEQUENCE * settings.sequences * variant.budget,
            cache=self.cache / "recognizer",
            peak_rate=PEAK_RATE,
            pairs=PAIRS,
            mixed_precision=True,
        )
        train(training, self.runs, self._package_convolutions())

    def _package_convolutions(self) -> dict[str, Tensor]:
        package = TANet(self.plan.recognizer)
        recover(package, self.settings.packages / RECOGNIZER_PACKAGE)
        unfold(package, package.config.input_size)
        return {key: value for key, value in package.state_dict().items() if key.startswith("base_model.") and ".tam." not in key}

    def _trunk_features(self, disturbed: bool, say: Callable[[str], None] = print) -> TrunkFeatures:
        disturb, suffix = (passing, "-disturbed") if disturbed else (never, "")
        source = DetectionSequences(UNSEEN, size=self.plan.detector.input_size, frames=FRAMES, disturb=disturb)
        sequences = SequenceCache(source, self.settings.sequences, self.cache / f"head-sequences{suffix}")
        version = self.settings.package_version(DETECTOR_PACKAGE)
        folder = self.cache / f"trunk-features-{version}-{len(sequences)}{suffix}"
        return TrunkFeatures.of(self._package_detector(), sequences, folder, say)

    def _package_detector(self) -> TRA:
        package = TRA(self.plan.detector)
        recover(package, self.settings.packages / DETECTOR_PACKAGE)
        return package
