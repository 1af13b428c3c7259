"""Trains the action recognizer on clips rendered while it learns.

Notable choices:

- Fresh clips come from rendering workers and stay in a pool from which further clips of every batch are drawn, so
  neither the renderer nor the network waits for the other.
- A reversed pair's clip played backwards is a clip of its partner; half of such clips are turned round, so that the
  network meets both orders of the same frames.
- The picture grows during training (Touvron et al., "Fixing the train-test resolution discrepancy", 2019, use the
  same freedom of a fully convolutional network): small pictures first, the size of use at the end.
- Decoupled weight decay, one cycle of the learning rate, label smoothing, and an average of the weights that is what
  is validated and kept.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vigil_models.data import seeds
from vigil_models.data.actions import ACTION_LABELS, ActionClips
from vigil_models.data.loading import clip_loader
from vigil_models.engine.common import (
    Budget,
    CsvLog,
    Every,
    RunningMeans,
    WeightAverage,
    clock,
    load_checkpoint,
    normalised,
    one_cycle,
    parameter_groups,
    pick_device,
    save_checkpoint,
)
from vigil_models.evaluation.classification import confusion, confusion_table, top_k
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.world.stage import ACTIONS, REVERSED_PAIRS


@dataclass(frozen=True)
class RecognizerTraining:
    """How the recognizer is trained."""

    name: str = "recognizer"
    minutes: float | None = 65.0
    steps: int | None = None
    batch: int = 16
    fresh: float = 0.4  # share of a batch that is rendered anew; the rest comes from the pool
    pool: int = 4000  # clips; 0.43 MB each at 160 x 112
    peak_rate: float = 2e-3
    weight_decay: float = 0.05
    smoothing: float = 0.1
    clip_norm: float = 5.0
    scales: tuple[tuple[float, float], ...] = ((0.55, 0.5), (0.85, 0.75), (1.0, 1.0))  # (until this progress, picture scale)
    workers: int = 1
    threads: int | None = None
    validation_clips: int = 270
    validate_minutes: float = 8.0
    checkpoint_minutes: float = 2.0
    resume: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.fresh <= 1:
            raise ValueError(f"fresh is {self.fresh}; give a share in (0, 1]")
        if self.batch < 2:
            raise ValueError(f"batch is {self.batch}; batch normalisation needs at least 2 clips")
        if self.pool < self.batch:
            raise ValueError(f"pool is {self.pool}; it must hold at least one batch of {self.batch}")

    def scale(self, progress: float) -> float:
        """Picture scale at a progress in [0, 1]."""
        return next((scale for until, scale in self.scales if progress < until), self.scales[-1][1])


class ClipPool:
    """The most recent clips; draws any of them."""

    def __init__(self, capacity: int, rng: np.random.Generator) -> None:
        self._capacity, self._rng = capacity, rng
        self._clips: list[tuple[Tensor, int]] = []
        self._next = 0

    def add(self, clip: Tensor, label: int) -> None:
        if len(self._clips) < self._capacity:
            self._clips.append((clip, label))
        else:
            self._clips[self._next] = (clip, label)
            self._next = (self._next + 1) % self._capacity

    def draw(self, count: int) -> list[tuple[Tensor, int]]:
        return [self._clips[i] for i in self._rng.integers(0, len(self._clips), count)]


_PARTNER = {}
for _first, _second in REVERSED_PAIRS:
    _PARTNER[ACTIONS.index(_first)] = ACTIONS.index(_second)
    _PARTNER[ACTIONS.index(_second)] = ACTIONS.index(_first)


def augmented(clip: Tensor, label: int, rng: np.random.Generator) -> tuple[Tensor, int]:
    """A clip (T, H, W, 3) mirrored, shifted by a few pixels, and turned round in time, each at random."""
    if rng.random() < 0.5:
        clip = clip.flip(2)
    if label in _PARTNER and rng.random() < 0.5:
        clip, label = clip.flip(0), _PARTNER[label]
    dy, dx = (int(d) for d in rng.integers(-6, 7, 2))
    return torch.roll(clip, (dy, dx), (1, 2)), label


def network_input(frames: Tensor, scale: float) -> Tensor:
    """uint8 (N, T, H, W, 3) -> normalised float32 (N, T, 3, h, w), h and w scaled and rounded to multiples of 8."""
    clip = normalised(frames)
    if scale == 1.0:
        return clip
    n, t, c, h, w = clip.shape
    size = tuple(int(round(edge * scale / 8)) * 8 for edge in (h, w))
    return F.interpolate(clip.flatten(0, 1), size, mode="area").view(n, t, c, *size)


@torch.no_grad()
def evaluate(model: nn.Module, clips: ActionClips, count: int, workers: int, device: torch.device) -> tuple[float, np.ndarray]:
    """Top-1 accuracy over clips 0 to ``count`` of a data set, and the confusion matrix (true, predicted)."""
    model.eval()
    scores, labels = [], []
    for frames, truth in clip_loader(clips, count, batch=8, workers=workers):
        scores.append(model(normalised(frames.to(device))).float().cpu().numpy())
        labels.append(truth.numpy())
    scores, labels = np.concatenate(scores), np.concatenate(labels)
    return top_k(scores, labels), confusion(scores.argmax(axis=1), labels, len(ACTION_LABELS))


def train(training: RecognizerTraining, runs: Path) -> dict:
    """Trains until the budget is used and returns the metrics of the best checkpoint.

    Writes ``last.pt``, ``best.pt``, ``train.csv`` and ``validation.csv`` under ``runs / name``. A checkpoint holds
    ``model`` (averaged weights), ``config``, ``step``, ``labels``, ``metrics`` and, for resuming, ``resume``.
    """
    device = pick_device(training.threads)
    torch.manual_seed(training.seed)
    directory = runs / training.name
    config = TANetConfig.small(classes=len(ACTION_LABELS))
    model = TANet(config).to(device, memory_format=torch.channels_last)
    average = WeightAverage(model)
    optimizer = torch.optim.AdamW(parameter_groups(model, training.weight_decay), lr=training.peak_rate)
    budget, rendered, metrics, best = _start(training, directory, model, average, optimizer)
    rng = np.random.default_rng((training.seed, budget.step))
    clips = ActionClips(seeds.TRAIN, size=config.input_size, frames=config.segments)
    held_out = dataclasses.replace(clips, seed_base=seeds.VALIDATION)
    fresh = max(1, round(training.batch * training.fresh))
    feed = iter(clip_loader(clips, seeds.SPAN - rendered, fresh, training.workers, start=rendered))
    pool = ClipPool(training.pool, rng)
    log = CsvLog(directory / "train.csv", ["step", "seconds", "rate", "scale", "loss", "top1", "clips_per_s"])
    judged = CsvLog(directory / "validation.csv", ["step", "seconds", "top1"])
    report, checkpoint, validate = Every(10), Every(60 * training.checkpoint_minutes), Every(60 * training.validate_minutes)
    means = RunningMeans()

    def content() -> dict:
        return {
            "model": {name: value.cpu() for name, value in average.state.items()},
            "config": dataclasses.asdict(config),
            "step": budget.step,
            "labels": list(ACTION_LABELS),
            "metrics": metrics,
            "resume": {
                "weights": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "updates": average.updates,
                "seconds": budget.seconds,
                "rendered": rendered,
                "best": best,
            },
        }

    print(f"training {training.name} on {device}, {sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters", flush=True)
    finished = False
    while not finished:
        progress = budget.progress
        rate, scale = one_cycle(progress, training.peak_rate), training.scale(progress)
        for group in optimizer.param_groups:
            group["lr"] = rate
        frames, labels = next(feed)
        rendered += len(labels)
        batch = list(zip(frames, labels.tolist()))
        for clip, label in batch:
            pool.add(clip, label)
        batch += pool.draw(training.batch - len(batch))
        chosen = [augmented(clip, label, rng) for clip, label in batch]
        inputs = network_input(torch.stack([clip for clip, _ in chosen]).to(device), scale)
        targets = torch.tensor([label for _, label in chosen], device=device)
        model.train()
        logits = model(inputs)
        loss = F.cross_entropy(logits, targets, label_smoothing=training.smoothing)
        if not torch.isfinite(loss):
            raise ValueError(f"the loss became {loss.item()} at step {budget.step}: resume with a lower --rate")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), training.clip_norm)
        optimizer.step()
        average.update(model)
        budget.step += 1
        means.add(len(targets), loss=loss.item(), top1=(logits.argmax(1) == targets).float().mean().item())
        finished = budget.progress >= 1.0
        if report.due() or finished:
            print(
                f"step {budget.step:6d}  loss {means['loss']:.3f}  top-1 {means['top1']:.3f}  rate {rate:.2e}  "
                f"scale {scale:.2f}  {means.rate:.1f} clips/s  left {clock(budget.seconds_left)}",
                flush=True,
            )
            log.write(step=budget.step, seconds=budget.seconds, rate=rate, scale=scale, loss=means["loss"], top1=means["top1"], clips_per_s=means.rate)
            means.reset()
        if validate.due() or finished:
            judge = TANet(config).to(device, memory_format=torch.channels_last)
            judge.load_state_dict(average.state)
            accuracy, matrix = evaluate(judge, held_out, training.validation_clips, training.workers, device)
            metrics = {"top1": accuracy, "clips": training.validation_clips, "confusion": matrix.tolist()}
            print(f"validation: top-1 {accuracy:.3f} of {training.validation_clips} clips\n{confusion_table(matrix, ACTION_LABELS)}", flush=True)
            judged.write(step=budget.step, seconds=budget.seconds, top1=accuracy)
            if accuracy >= best:
                best = accuracy
                save_checkpoint(directory / "best.pt", content())
        if checkpoint.due() or finished:
            save_checkpoint(directory / "last.pt", content())
    log.close()
    judged.close()
    return load_checkpoint(directory / "best.pt")["metrics"]


def _start(
    training: RecognizerTraining, directory: Path, model: nn.Module, average: WeightAverage, optimizer: torch.optim.Optimizer
) -> tuple[Budget, int, dict, float]:
    """Budget, clips rendered so far, metrics and best accuracy: those of the last checkpoint when resuming."""
    if not training.resume:
        if (directory / "last.pt").exists():
            raise ValueError(f"{directory} holds an earlier training: add --resume to go on with it, or choose another --name")
        return Budget(training.minutes, training.steps), 0, {}, 0.0
    stored = load_checkpoint(directory / "last.pt")
    state = stored["resume"]
    model.load_state_dict(state["weights"])
    optimizer.load_state_dict(state["optimizer"])
    average.restore(stored["model"], state["updates"])
    budget = Budget(training.minutes, training.steps, state["seconds"], stored["step"])
    return budget, state["rendered"], stored["metrics"], state["best"]
