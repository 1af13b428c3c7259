"""Trains the detector from scratch on the synthetic world.

Two phases: `pretrain` on single frames, cut out and zoomed at random, without temporal RoI features; then `temporal`
on whole sequences with the whole network. Every frame of a sequence is a key frame once, with all frames of the
sequence as its supports, itself included as at test time: no backbone pass is spent on a support alone.
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
MIN_SHARE = 0.4  # of an object that a cut-out must keep for it to be judged


@dataclass(frozen=True)
class Phase:
    """One part of the training with its own picture size and learning rate curve."""

    name: str
    share: float  # of the time budget
    size: Tuple[int, int]  # width, height of the pictures
    zoom: Tuple[float, float]  # a cut-out of that size is taken from a picture scaled by a factor in this range
    sequences: int  # per step
    frames: int  # taken from each sequence
    temporal: bool  # with temporal RoI features
    peak_rate: float
    final_rate: float


PHASES = (
    Phase("pretrain", 0.4, (256, 192), (0.67, 1.2), 6, 1, False, 1.2e-3, 5e-4),
    Phase("temporal", 0.6, (384, 288), (1.0, 1.0), 2, 3, True, 7e-4, 1e-5),
)


@dataclass(frozen=True)
class Recipe:
    """Everything but the data."""

    minutes: float
    phases: Tuple[Phase, ...] = PHASES
    warmup: float = 0.04  # share of a phase
    weight_decay: float = 0.02
    gradient_norm: float = 10.0
    samples: int = 32  # RoIs per key frame
    positive_share: float = 0.4
    checkpoint_seconds: float = 120
    progress_seconds: float = 10


class Pictures(Dataset):
    """Frames of sequences as a phase wants them: zoomed, cut out, mirrored and recoloured at random."""

    def __init__(self, sequences: Sequence[DetectionSequence], phase: Phase):
        self.sequences = sequences
        self.phase = phase

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Tuple[Tensor, List[Truth]]:
        sequence = self.sequences[index]
        random = np.random.default_rng()
        view = View.draw(sequence.images.shape[2], sequence.images.shape[1], self.phase, random)
        frames = random.permutation(len(sequence.images))[: self.phase.frames]
        images = np.stack([view.picture(sequence.images[frame]) for frame in frames])
        truths = [view.truth(sequence.boxes[f], sequence.labels[f], sequence.ignore[f]) for f in frames]
        return torch.from_numpy(recolour(images, random)), truths


@dataclass(frozen=True)
class View:
    """A cut-out of a scaled picture, perhaps mirrored; the same for all frames of a sequence."""

    scale: float
    left: int  # of the cut-out in the scaled picture
    top: int
    size: Tuple[int, int]  # width, height of the cut-out
    mirror: bool

    @staticmethod
    def draw(width: int, height: int, phase: Phase, random: np.random.Generator) -> "View":
        scale = max(random.uniform(*phase.zoom), phase.size[0] / width, phase.size[1] / height)
        left = random.integers(0, round(width * scale) - phase.size[0] + 1)
        top = random.integers(0, round(height * scale) - phase.size[1] + 1)
        return View(scale, int(left), int(top), phase.size, bool(random.random() < 0.5))

    def picture(self, image: np.ndarray) -> np.ndarray:
        """uint8 [h, w, 3] -> uint8 [height, width, 3]."""
        scaled_size = (round(image.shape[1] * self.scale), round(image.shape[0] * self.scale))
        if scaled_size != image.shape[1::-1]:
            image = cv2.resize(image, scaled_size, interpolation=cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR)
        cut = image[self.top : self.top + self.size[1], self.left : self.left + self.size[0]]
        return cut[:, ::-1] if self.mirror else cut

    def truth(self, boxes: np.ndarray, labels: np.ndarray, ignore: np.ndarray) -> Truth:
        """What is left of the annotations; objects mostly cut off are not judged, those outside are gone."""
        width, height = self.size
        moved = boxes * self.scale - np.array([self.left, self.top] * 2)
        cut = moved.clip(0, [width, height, width, height])
        area, whole = ((b[:, 2:] - b[:, :2]).prod(1) for b in (cut, moved))
        ignore = ignore | (area < MIN_SHARE * whole) | (cut[:, 3] - cut[:, 1] < MIN_HEIGHT)
        if self.mirror:
            cut = np.stack((width - cut[:, 2], cut[:, 1], width - cut[:, 0], cut[:, 3]), 1)
        left = area > 0
        parts = (cut[left].astype(np.float32), labels[left], ignore[left])
        return Truth(*(torch.from_numpy(part) for part in parts))


def recolour(images: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Brightness, contrast and saturation of a whole sequence, uint8 RGB [F, H, W, 3]; sometimes grey."""
    gain, offset = random.uniform(0.75, 1.3), random.uniform(-20, 20)
    saturation = 0.0 if random.random() < 0.08 else random.uniform(0.6, 1.25)
    mix = saturation * np.eye(3, dtype=np.float32) + (1 - saturation) * np.full((3, 3), 1 / 3, np.float32)
    flat = cv2.transform(images.reshape(-1, images.shape[2], 3).copy(), np.float32(gain) * mix)
    return cv2.add(flat, (offset,) * 4).reshape(images.shape)


def loader(sequences: Sequence[DetectionSequence], phase: Phase, workers: int, seed: int) -> Iterator:
    """Endless batches; each is a list of (images uint8 [F, H, W, 3], truth per frame)."""
    pictures = Pictures(sequences, phase)
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

    Phases are measured in time, not in steps: a budget holds on a machine whose speed changes under other load.
    """

    def __init__(self, model: TRA, recipe: Recipe, folder: Path, provenance: Dict, device: str = "cpu"):
        self.model = model.to(device)
        # The published initial values suit a pretrained backbone; these learn faster from nothing.
        nn.init.kaiming_normal_(model.detector.rpn_head.rpn_conv.weight, nonlinearity="relu")
        nn.init.constant_(model.detector.rpn_head.rpn_cls.bias, PRIOR_LOGIT)
        self.recipe = recipe
        self.folder = folder
        self.provenance = provenance
        self.optimizer = torch.optim.AdamW(_groups(model, recipe.weight_decay))
        self.step = 0
        self.spent = {phase.name: 0.0 for phase in recipe.phases}  # seconds, without validation
        self.metrics: Dict[str, float] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def resume(self):
        path = self.folder / "last.pt"
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist: nothing to resume, leave --resume out to start")
        state = torch.load(str(path), map_location="cpu")
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.spent, self.metrics = state["step"], state["spent"], state["metrics"]

    def save(self, name: str):
        """Write a checkpoint; a reader sees the old or the new one, never half of it."""
        content = {
            "model": self.model.state_dict(),
            "config": asdict(self.model.config),
            "labels": list(self.model.config.labels),
            "step": self.step,
            "metrics": self.metrics,
            "optimizer": self.optimizer.state_dict(),
            "spent": self.spent,
            **self.provenance,
        }
        draft = self.folder / f"{name}.draft"
        torch.save(content, str(draft))
        os.replace(draft, self.folder / f"{name}.pt")

    def train(self, sequences: Sequence[DetectionSequence], workers: int, validate, validate_minutes: float):
        """Run what is left of the phases; `last.pt` and, by the highest score, `best.pt` are in the folder.

        :param validate: called with the model in eval mode and the phase, returns named numbers, `score` among them
        """
        best = self.metrics.get("score", -1.0)
        for phase in self.recipe.phases:
            log = _Log(self.folder / "log.csv", phase, self.recipe.progress_seconds)
            batches = loader(sequences, phase, workers, seed=self.step)
            unsaved = unvalidated = 0.0
            while self._left(phase) > 0:
                start = time.monotonic()
                batch = next(batches)
                parts = self._step(phase, batch)
                seconds = time.monotonic() - start
                self.spent[phase.name] += seconds
                unsaved += seconds
                unvalidated += seconds
                log.add(self.step, parts, sum(len(images) for images, _ in batch), seconds, self._left(phase))
                if self._left(phase) <= 0 or unvalidated > validate_minutes * 60:
                    self.metrics = self._validate(validate, phase)
                    log.note(self.metrics)
                    unvalidated = 0.0
                    if phase.temporal and self.metrics["score"] > best:
                        best = self.metrics["score"]
                        self.save("best")
                if self._left(phase) <= 0 or unsaved > self.recipe.checkpoint_seconds:
                    self.save("last")
                    unsaved = 0.0

    def _budget(self, phase: Phase) -> float:
        return self.recipe.minutes * 60 * phase.share

    def _left(self, phase: Phase) -> float:
        return self._budget(phase) - self.spent[phase.name]

    def _step(self, phase: Phase, batch) -> Dict[str, float]:
        self.model.train()
        for group in self.optimizer.param_groups:
            group["lr"] = rate(phase, self.recipe.warmup, self.spent[phase.name] / self._budget(phase))
        parts = losses(self.model, batch, phase.temporal, self.recipe)
        self.optimizer.zero_grad()
        total(parts).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.gradient_norm)
        self.optimizer.step()
        self.step += 1
        return {name: value.item() for name, value in parts.items()}

    def _validate(self, validate, phase: Phase) -> Dict[str, float]:
        self.model.eval()
        with torch.no_grad():
            return validate(self.model, phase)


def _groups(model: TRA, weight_decay: float) -> List[Dict]:
    """Decay on matrices only, not on biases and normalisation."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]


class _Log:
    """Progress lines and a CSV file with the mean of every loss part since the line before."""

    def __init__(self, path: Path, phase: Phase, interval: float):
        self.path = path
        self.phase = phase
        self.interval = interval
        self._restart()

    def _restart(self):
        self.pending: List[Dict[str, float]] = []
        self.images = 0
        self.seconds = 0.0

    def add(self, step: int, parts: Dict[str, float], images: int, seconds: float, left: float):
        self.pending.append(parts)
        self.images += images
        self.seconds += seconds
        if self.seconds < self.interval and left > 0:
            return
        means = {name: sum(p[name] for p in self.pending) / len(self.pending) for name in parts}
        text = " ".join(f"{name} {value:.3f}" for name, value in means.items())
        speed = self.images / self.seconds
        print(f"{self.phase.name} {step} {text} | {speed:.1f} img/s, {max(left, 0) / 60:.0f} min left", flush=True)
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
