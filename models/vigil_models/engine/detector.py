"""Trains the detector from scratch on the synthetic world.

Two phases: `pretrain` on small pictures without temporal RoI features, then `temporal` on full-size ones with the
whole network. Every frame of a sequence is a key frame once, with all frames of the sequence as its supports, itself
included as at test time: no backbone pass is spent on a support alone.
"""

import csv
import os
import time
from dataclasses import asdict, dataclass
from math import cos, pi
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from ..data.detection import DetectionSequence
from ..modeling.tra import TRA, Support
from ..modeling.tra.losses import Sample, Truth, head_loss, proposal_loss, sample, total
from ..modeling.tra.preprocess import normalise
from ..modeling.tra.rpn import anchor_grid

PRIOR_LOGIT = -4.6  # objectness of a fresh network: 1 % of the anchors, as the focal loss wants it
MIN_HEIGHT = 7  # pixels; lower objects are not judged


@dataclass(frozen=True)
class Phase:
    """One part of the training with its own picture size and learning rate curve."""

    name: str
    share: float  # of the time budget
    size: Tuple[int, int]  # width, height
    sequences: int  # per step
    temporal: bool  # with temporal RoI features
    peak_rate: float
    final_rate: float


PHASES = (
    Phase("pretrain", 0.35, (256, 192), 4, False, 1.5e-3, 5e-4),
    Phase("temporal", 0.65, (384, 288), 2, True, 7e-4, 1e-5),
)


@dataclass(frozen=True)
class Recipe:
    """Everything but the data."""

    minutes: float
    phases: Tuple[Phase, ...] = PHASES
    warmup: float = 0.04  # share of a phase's steps
    weight_decay: float = 0.02
    gradient_norm: float = 10.0
    samples: int = 32  # RoIs per key frame
    positive_share: float = 0.4
    timed_steps: int = 12  # measured to turn minutes into steps, after as many unmeasured ones
    checkpoint_seconds: float = 120
    progress_seconds: float = 10


class Pictures(Dataset):
    """Sequences at one size, mirrored and recoloured at random."""

    def __init__(self, sequences: Sequence[DetectionSequence], size: Tuple[int, int], seed: int):
        self.sequences = sequences
        self.size = size
        self.seed = seed

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Tuple[Tensor, List[Truth]]:
        sequence = self.sequences[index]
        random = np.random.default_rng()
        mirror = random.random() < 0.5
        images = np.stack([cv2.resize(image, self.size, interpolation=cv2.INTER_AREA) for image in sequence.images])
        scale = self.size[0] / sequence.images.shape[2]
        truths = [
            self._truth(boxes * scale, labels, ignore, mirror)
            for boxes, labels, ignore in zip(sequence.boxes, sequence.labels, sequence.ignore)
        ]
        if mirror:
            images = images[:, :, ::-1]
        return torch.from_numpy(recolour(images, random)), truths

    def _truth(self, boxes: np.ndarray, labels: np.ndarray, ignore: np.ndarray, mirror: bool) -> Truth:
        if mirror:
            boxes = np.stack((self.size[0] - boxes[:, 2], boxes[:, 1], self.size[0] - boxes[:, 0], boxes[:, 3]), 1)
        ignore = ignore | (boxes[:, 3] - boxes[:, 1] < MIN_HEIGHT)
        return Truth(*(torch.from_numpy(np.ascontiguousarray(part)) for part in (boxes.astype(np.float32), labels, ignore)))


def recolour(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Brightness, contrast and saturation of a whole sequence, uint8 RGB [F, H, W, 3]; sometimes grey."""
    gain, offset = random.uniform(0.75, 1.3), random.uniform(-20, 20)
    saturation = 0.0 if random.random() < 0.08 else random.uniform(0.6, 1.25)
    mix = saturation * np.eye(3, dtype=np.float32) + (1 - saturation) * np.full((3, 3), 1 / 3, np.float32)
    flat = cv2.transform(images.reshape(-1, images.shape[2], 3).copy(), np.float32(gain) * mix)
    return cv2.add(flat, (offset,) * 4).reshape(images.shape)


def loader(sequences: Sequence[DetectionSequence], phase: Phase, workers: int, seed: int) -> Iterator:
    """Endless batches; each is a list of (images uint8 [F, H, W, 3], truth per frame)."""
    pictures = Pictures(sequences, phase.size, seed)
    epoch = 0
    while True:
        shuffle = torch.Generator().manual_seed(seed + epoch)
        yield from DataLoader(
            pictures,
            phase.sequences,
            shuffle=True,
            drop_last=True,
            generator=shuffle,
            num_workers=workers,
            collate_fn=list,
            worker_init_fn=lambda _: (cv2.setNumThreads(1), torch.set_num_threads(1)),
        )
        epoch += 1


def losses(model: TRA, batch: List[Tuple[Tensor, List[Truth]]], temporal: bool, recipe: Recipe) -> Dict[str, Tensor]:
    """Loss parts of a batch, each the mean over its frames."""
    device = next(model.parameters()).device
    config, rpn = model.config, model.detector.rpn_head
    images = torch.cat([images for images, _ in batch]).to(device)
    truths = [Truth(*(part.to(device) for part in truth)) for _, per_frame in batch for truth in per_frame]
    image_size = torch.tensor(images.shape[1:3], dtype=torch.float32, device=device)
    features = model.features(normalise(images))
    logits, deltas = rpn(features)
    anchors = anchor_grid(features, config)
    parts = [proposal_loss(anchors, *frame) for frame in zip(logits, deltas, truths)]
    with torch.no_grad():
        proposals = [
            rpn.select(anchors, l, d, image_size, config.training_proposals)[:, :4] for l, d in zip(logits, deltas)
        ]
    background = len(config.labels)
    drawn = [sample(p, t, background, recipe.samples, recipe.positive_share) for p, t in zip(proposals, truths)]
    head_parts = _head_losses(model, features.split(1), proposals, drawn, [len(i) for i, _ in batch], temporal)
    names = ("objectness", "proposal_box", "class", "box")
    columns = (*zip(*parts), *zip(*head_parts))
    return {name: torch.stack(column).mean() for name, column in zip(names, columns)}


def _head_losses(
    model: TRA,
    features: Sequence[Tensor],
    proposals: Sequence[Tensor],
    drawn: Sequence[Sample],
    lengths: Sequence[int],
    temporal: bool,
) -> List[Tuple[Tensor, Tensor]]:
    """Head losses of every frame, as key frame of its sequence; `lengths` are frames per sequence."""
    config = model.config
    parts, first = [], 0
    for length in lengths:
        frames = range(first, first + length)
        support = Support.join([model.support(features[i], proposals[i][: config.proposals]) for i in frames])
        if not temporal:
            support = support._replace(pixels=support.pixels[:0], inverse_norms=support.inverse_norms[:0])
        for i in frames:
            parts.append(head_loss(model.head(features[i], drawn[i].boxes, support), drawn[i], len(config.labels)))
        first += length
    return parts


def rate(phase: Phase, warmup: float, done: float) -> float:
    """Learning rate after a share `done` of the phase: linear warm-up, then half a cosine."""
    if done < warmup:
        return phase.peak_rate * (0.05 + 0.95 * done / warmup)
    fall = (1 + cos(pi * (done - warmup) / (1 - warmup))) / 2
    return phase.final_rate + (phase.peak_rate - phase.final_rate) * fall


class Trainer:
    """Runs the phases, with checkpoints from which a run goes on after an interruption.

    :param validate: called with the model in eval mode, returns named numbers; `score` selects the best checkpoint
    """

    def __init__(self, model: TRA, recipe: Recipe, folder: Path, provenance: Dict, device: str = "cpu"):
        self.model = model.to(device)
        nn.init.constant_(model.detector.rpn_head.rpn_cls.bias, PRIOR_LOGIT)
        self.recipe = recipe
        self.folder = folder
        self.provenance = provenance
        self.optimizer = torch.optim.AdamW(_groups(model, recipe.weight_decay))
        self.steps: Dict[str, int] = {}  # per phase, once measured
        self.done: Dict[str, int] = {phase.name: 0 for phase in recipe.phases}
        self.metrics: Dict[str, float] = {}
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def step(self) -> int:
        return sum(self.done.values())

    def resume(self):
        path = self.folder / "last.pt"
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: nothing to resume, leave --resume out to start")
        state = torch.load(str(path), map_location="cpu")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.steps, self.done, self.metrics = state["steps"], state["done"], state["metrics"]

    def save(self, name: str):
        """Write a checkpoint; a reader sees the old or the new one, never half of it."""
        content = {
            "model": self.model.state_dict(),
            "config": asdict(self.model.config),
            "labels": list(self.model.config.labels),
            "step": self.step,
            "metrics": self.metrics,
            "optimizer": self.optimizer.state_dict(),
            "steps": self.steps,
            "done": self.done,
            **self.provenance,
        }
        draft = self.folder / f"{name}.draft"
        torch.save(content, str(draft))
        os.replace(draft, self.folder / f"{name}.pt")

    def train(self, sequences: Sequence[DetectionSequence], workers: int, validate, validate_minutes: float):
        best = self.metrics.get("score", -1.0)
        for phase in self.recipe.phases:
            if self.steps.get(phase.name) == self.done[phase.name]:
                continue
            batches = loader(sequences, phase, workers, seed=self.step)
            if phase.name not in self.steps:
                self.steps[phase.name] = self._measure(phase, batches)
            log = _Log(self.folder / "log.csv", phase, self.steps[phase.name], self.recipe.progress_seconds)
            saved = validated = time.monotonic()
            while self.done[phase.name] < self.steps[phase.name]:
                batch = next(batches)
                parts = self._step(phase, batch)
                log.add(self.done[phase.name], parts, sum(len(images) for images, _ in batch))
                now = time.monotonic()
                last = self.done[phase.name] == self.steps[phase.name]
                if last or now - validated > validate_minutes * 60:
                    self.metrics = self._validate(validate)
                    log.note(self.metrics)
                    validated = time.monotonic()
                    if phase.temporal and self.metrics["score"] > best:
                        best = self.metrics["score"]
                        self.save("best")
                if last or now - saved > self.recipe.checkpoint_seconds:
                    self.save("last")
                    saved = now

    def _measure(self, phase: Phase, batches: Iterator) -> int:
        """Steps that fit into the phase's share of the time; the measured steps train as well."""
        count = self.recipe.timed_steps
        self.steps[phase.name] = 100 * count  # keeps the rate in its warm-up
        for _ in range(count):
            self._step(phase, next(batches))
        start = time.monotonic()
        for _ in range(count):
            self._step(phase, next(batches))
        per_step = (time.monotonic() - start) / count
        return max(2 * count, int(self.recipe.minutes * phase.share * 60 / per_step))

    def _step(self, phase: Phase, batch) -> Dict[str, float]:
        self.model.train()
        done = self.done[phase.name] / self.steps[phase.name]
        for group in self.optimizer.param_groups:
            group["lr"] = rate(phase, self.recipe.warmup, done)
        parts = losses(self.model, batch, phase.temporal, self.recipe)
        self.optimizer.zero_grad()
        total(parts).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.gradient_norm)
        self.optimizer.step()
        self.done[phase.name] += 1
        return {name: value.item() for name, value in parts.items()}

    def _validate(self, validate) -> Dict[str, float]:
        self.model.eval()
        with torch.no_grad():
            return validate(self.model)


def _groups(model: TRA, weight_decay: float) -> List[Dict]:
    """Decay on matrices only, not on biases and normalisation."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]


class _Log:
    """Progress lines and a CSV file with the mean of every loss part since the line before."""

    def __init__(self, path: Path, phase: Phase, steps: int, seconds: float):
        self.path = path
        self.phase = phase
        self.steps = steps
        self.seconds = seconds
        self._restart()

    def _restart(self):
        self.started = time.monotonic()
        self.pending: List[Dict[str, float]] = []
        self.images = 0

    def add(self, step: int, parts: Dict[str, float], images: int):
        self.pending.append(parts)
        self.images += images
        elapsed = time.monotonic() - self.started
        if elapsed < self.seconds and step < self.steps:
            return
        means = {name: sum(p[name] for p in self.pending) / len(self.pending) for name in parts}
        left = (self.steps - step) * elapsed / len(self.pending) / 60
        text = " ".join(f"{name} {value:.3f}" for name, value in means.items())
        speed = self.images / elapsed
        print(f"{self.phase.name} {step}/{self.steps} {text} | {speed:.1f} img/s, {left:.0f} min left", flush=True)
        row = {"phase": self.phase.name, "step": step, **means, "images_per_second": speed}
        new = not self.path.exists()
        with open(self.path, "a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if new:
                writer.writeheader()
            writer.writerow(row)
        self._restart()

    def note(self, metrics: Dict[str, float]):
        print("validation " + " ".join(f"{name} {value:.3f}" for name, value in metrics.items()), flush=True)
        self._restart()
