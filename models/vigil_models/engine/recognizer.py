"""Trains the action recognizer on clips rendered while it learns.

Notable choices:

- Fresh clips come from rendering workers and stay in a pool from which further clips of every batch are drawn, so
  neither the renderer nor the network waits for the other.
- `guidance` adds dense supervision that fades out; from labels alone the network does not leave chance level within
  such budgets.
- A reversed pair's clip played backwards is a clip of its partner; half of such clips are turned round, so that the
  network meets both orders of the same frames.
- The picture grows during training: small pictures, rendered small, come first, the size of use at the end. The
  network is fully convolutional, so its weights fit any size.
- Decoupled weight decay, one cycle of the learning rate, label smoothing, and an average of the weights that is what
  is validated and kept.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vigil_models.data import seeds
from vigil_models.data.actions import ACTION_LABELS, ActionClips, AnnotatedClip
from vigil_models.data.loading import clip_loader
from vigil_models.engine.clip_cache import ClipCache
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
from vigil_models.engine.guidance import Guidance, guidance_loss
from vigil_models.evaluation.classification import confusion, confusion_table, top_k
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.world.stage import ACTIONS, REVERSED_PAIRS


@dataclass(frozen=True)
class RecognizerTraining:
    """How the recognizer is trained."""

    name: str = "recognizer"
    network: TANetConfig = TANetConfig(
        classes=len(ACTION_LABELS),
        blocks=(1, 1, 2, 1),
        widths=(16, 32, 64, 96),
        stem_width=16,
        dropout=0.1,
        motion_gain=4.0,
        input_size=(160, 112),
    )
    minutes: float | None = 240.0
    steps: int | None = 5000
    batch: int = 32
    fresh: float = 0.2  # share of a batch that is rendered anew; the rest comes from the pool
    pool: int = 4000  # clips; 0.43 MB each at 160 x 112
    filled: int = 0  # clips rendered into the pool before the first step
    seen: int = 0  # first clips of the split to leave out, because an earlier training has seen them
    begins_with: str | None = None  # package whose weights it goes on from, name and version
    kept: int | None = None  # clips rendered once for all trainings, each size in a folder of ``cache``, instead of fresh ones
    cache: Path = Path("data-cache/recognizer")
    peak_rate: float = 4e-3
    weight_decay: float = 0.05
    smoothing: float = 0.1
    clip_norm: float = 5.0
    guidance: float = 0.5  # weight of the auxiliary losses at the start; fades to a tenth
    mixed_precision: bool = False  # bfloat16 where it is safe; twice as fast on processors that have it
    pairs: float = 0.0  # weight of the loss that only tells a clip's action from its reverse
    sizes: tuple[tuple[float, int, int], ...] = ((0.62, 80, 56), (0.86, 120, 84), (1.0, 160, 112))  # until this progress, width, height
    workers: int = 1
    threads: int | None = None
    validation_clips: int = 180
    validate_minutes: float = 15.0
    checkpoint_minutes: float = 2.0
    resume: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.fresh <= 1:
            raise ValueError(f"fresh is {self.fresh}; give a share in (0, 1]")
        if self.batch < 2:
            raise ValueError(f"batch is {self.batch}; batch normalisation needs at least 2 clips")
        if self.kept is not None and self.kept < 1:
            raise ValueError(f"kept is {self.kept}; keep at least one clip, or none at all to render fresh ones")
        if self.pool < self.batch:
            raise ValueError(f"pool is {self.pool}; it must hold at least one batch of {self.batch}")

    def size(self, progress: float) -> tuple[int, int]:
        """Width and height of the pictures at a progress in [0, 1]."""
        return next(((width, height) for until, width, height in self.sizes if progress < until), self.sizes[-1][1:])


class ClipPool:
    """The most recent clips; draws any of them."""

    def __init__(self, capacity: int, rng: np.random.Generator) -> None:
        self._capacity, self._rng = capacity, rng
        self._clips: list[AnnotatedClip] = []
        self._next = 0

    def add(self, clip: AnnotatedClip) -> None:
        if len(self._clips) < self._capacity:
            self._clips.append(clip)
        else:
            self._clips[self._next] = clip
            self._next = (self._next + 1) % self._capacity

    def draw(self, count: int) -> list[AnnotatedClip]:
        return [self._clips[i] for i in self._rng.integers(0, len(self._clips), count)]


class ClipFeed:
    """Batches of fresh and pooled clips of one picture size; counts what it has rendered."""

    def __init__(self, clips: ActionClips, training: RecognizerTraining, rng: np.random.Generator, rendered: int) -> None:
        self.clips, self.rendered = clips, rendered
        self._batch, self._fresh = training.batch, max(1, round(training.batch * training.fresh))
        self._pool = ClipPool(training.pool, rng)
        self._loader = iter(clip_loader(clips, seeds.SPAN - rendered, self._fresh, training.workers, start=rendered))
        while self.rendered - rendered < training.filled:
            self._render()

    def batch(self) -> list[AnnotatedClip]:
        fresh = self._render()
        return fresh + self._pool.draw(self._batch - len(fresh))

    def _render(self) -> list[AnnotatedClip]:
        fresh = next(self._loader)
        self.rendered += len(fresh)
        for clip in fresh:
            self._pool.add(clip)
        return fresh


class KeptFeed:
    """Batches of clips of one picture size that were rendered once."""

    def __init__(self, clips: ActionClips, training: RecognizerTraining, rng: np.random.Generator, rendered: int) -> None:
        self.clips, self.rendered = clips, training.kept
        width, height = clips.size
        self._kept = ClipCache(clips, training.kept, training.cache / f"{training.kept}-{clips.frames}x{width}x{height}")
        self._batch, self._rng = training.batch, rng

    def batch(self) -> list[AnnotatedClip]:
        return [self._kept[i] for i in self._rng.integers(0, len(self._kept), self._batch)]


_PARTNER = {}
for _first, _second in REVERSED_PAIRS:
    _PARTNER[ACTIONS.index(_first)] = ACTIONS.index(_second)
    _PARTNER[ACTIONS.index(_second)] = ACTIONS.index(_first)


def augmented(clip: AnnotatedClip, rng: np.random.Generator) -> AnnotatedClip:
    """The clip mirrored, shifted by a few pixels, and turned round in time, each at random."""
    images, label, keypoints, visible = clip.images, clip.label, clip.keypoints, clip.visible
    if rng.random() < 0.5:
        images = images[:, :, ::-1]
        keypoints = keypoints * np.float32([-1, 1]) + np.float32([1, 0])
    if label in _PARTNER and rng.random() < 0.5:
        images, keypoints, visible, label = images[::-1], keypoints[::-1], visible[::-1], _PARTNER[label]
    height, width = images.shape[1:3]
    reach = height // 16
    dy, dx = (int(d) for d in rng.integers(-reach, reach + 1, 2))
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="edge")
    images = padded[:, reach + dy : reach + dy + height, reach + dx : reach + dx + width]
    keypoints = keypoints - np.float32([dx / width, dy / height])
    return AnnotatedClip(images, label, keypoints, visible, clip.stature)


def pair_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy between the action and its reverse alone, of the clips (N, classes) whose action has one; 0 without any."""
    partners = torch.tensor([_PARTNER.get(label, -1) for label in labels.tolist()], device=labels.device)
    paired = partners >= 0
    if not paired.any():
        return logits.new_zeros(())
    own = logits[paired].gather(1, labels[paired, None])
    reverse = logits[paired].gather(1, partners[paired, None])
    return F.softplus(reverse - own).mean()


def _tensors(clips: list[AnnotatedClip], device: torch.device) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Network input (N, T, 3, H, W), labels (N,), keypoints (N, T, 4, 2), visibility (N, T) and stature (N,)."""
    images = torch.from_numpy(np.stack([clip.images for clip in clips])).to(device)
    labels = torch.tensor([clip.label for clip in clips], device=device)
    keypoints = torch.from_numpy(np.stack([clip.keypoints for clip in clips])).to(device)
    visible = torch.from_numpy(np.stack([clip.visible for clip in clips])).to(device)
    stature = torch.tensor([clip.stature for clip in clips], dtype=torch.float32, device=device)
    return normalised(images), labels, keypoints, visible, stature


@torch.no_grad()
def evaluate(model: nn.Module, clips: ActionClips, count: int, workers: int, device: torch.device) -> tuple[float, np.ndarray]:
    """Top-1 accuracy over clips 0 to ``count`` of a data set, and the confusion matrix (true, predicted)."""
    model.eval()
    scores, labels = [], []
    for batch in clip_loader(clips, count, batch=16, workers=workers):
        images, truth, *_ = _tensors(batch, device)
        scores.append(model(images).float().cpu().numpy())
        labels.append(truth.cpu().numpy())
    scores, labels = np.concatenate(scores), np.concatenate(labels)
    return top_k(scores, labels), confusion(scores.argmax(axis=1), labels, len(ACTION_LABELS))


def train(training: RecognizerTraining, runs: Path, weights: Mapping[str, Tensor] | None = None) -> dict:
    """Trains until the budget is used and returns the metrics of the best checkpoint.

    A training that is not resumed begins with ``weights``, the state of a network or part of it, where given.

    Writes ``last.pt``, ``best.pt``, ``train.csv`` and ``validation.csv`` under ``runs / name``. A checkpoint holds
    ``model`` (averaged weights), ``config``, ``step``, ``labels``, ``metrics`` and, for resuming, ``resume``.
    """
    device = pick_device(training.threads)
    torch.manual_seed(training.seed)
    directory = runs / training.name
    config = training.network
    model = TANet(config).to(device, memory_format=torch.channels_last)
    model.load_state_dict(weights or {}, strict=False)
    guidance = Guidance(model).to(device)
    average = WeightAverage(model)
    groups = parameter_groups(model, training.weight_decay) + parameter_groups(guidance, training.weight_decay)
    optimizer = torch.optim.AdamW(groups, lr=training.peak_rate)
    budget, rendered, metrics, best = _start(training, directory, model, guidance, average, optimizer)
    rng = np.random.default_rng((training.seed, budget.step))
    clips = ActionClips(seeds.TRAIN, frames=config.segments)
    held_out = ActionClips(seeds.VALIDATION, frames=config.segments)
    feed: ClipFeed | KeptFeed | None = None
    log = CsvLog(directory / "train.csv", ["step", "seconds", "rate", "width", "loss", "guidance", "top1", "clips_per_s"])
    judged = CsvLog(directory / "validation.csv", ["step", "seconds", "width", "top1"])
    report, checkpoint, validate = Every(10), Every(60 * training.checkpoint_minutes), Every(60 * training.validate_minutes)
    means = RunningMeans()

    def content() -> dict:
        return {
            "model": {name: value.cpu() for name, value in average.state.items()},
            "config": dataclasses.asdict(config),
            "step": budget.step,
            "labels": list(ACTION_LABELS),
            "metrics": metrics,
            "data": f"synthetic world, {rendered - training.seen} clips of seeds {seeds.TRAIN + training.seen} to {seeds.TRAIN + rendered}"
            + (f", from the weights of {training.begins_with}" if training.begins_with else ""),
            "resume": {
                "weights": model.state_dict(),
                "guidance": guidance.state_dict(),
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
        rate, size = one_cycle(progress, training.peak_rate), training.size(progress)
        for group in optimizer.param_groups:
            group["lr"] = rate
        if feed is None or feed.clips.size != size:
            feed = (ClipFeed if training.kept is None else KeptFeed)(dataclasses.replace(clips, size=size), training, rng, rendered)
        batch = [augmented(clip, rng) for clip in feed.batch()]
        rendered = feed.rendered
        images, labels, *truth = _tensors(batch, device)
        model.train()
        with torch.autocast(device.type, torch.bfloat16, enabled=training.mixed_precision):
            logits, hints = guidance(model, images)
        logits, hints = logits.float(), tuple(hint.float() for hint in hints)
        loss = F.cross_entropy(logits, labels, label_smoothing=training.smoothing)
        if training.pairs:
            loss = loss + training.pairs * pair_loss(logits, labels)
        guiding = guidance_loss(hints, *truth, aspect=size[0] / size[1])
        if not torch.isfinite(loss + guiding):
            raise ValueError(f"the loss became {loss.item()} at step {budget.step}: resume with a lower --rate")
        objective = loss + training.guidance * (1 - 0.9 * progress) * guiding
        optimizer.zero_grad(set_to_none=True)
        objective.backward()
        nn.utils.clip_grad_norm_([*model.parameters(), *guidance.parameters()], training.clip_norm)
        optimizer.step()
        average.update(model)
        budget.step += 1
        hits = (logits.argmax(1) == labels).float().mean().item()
        means.add(len(batch), loss=loss.item(), guidance=guiding.item(), top1=hits)
        finished = budget.progress >= 1.0
        if report.due() or finished:
            print(
                f"step {budget.step:6d}  loss {means['loss']:.3f}  guidance {means['guidance']:.3f}  top-1 {means['top1']:.3f}  "
                f"rate {rate:.2e}  {size[0]}x{size[1]}  {means.rate:.1f} clips/s  left {clock(budget.seconds_left)}",
                flush=True,
            )
            log.write(
                step=budget.step, seconds=budget.seconds, rate=rate, width=size[0], loss=means["loss"],
                guidance=means["guidance"], top1=means["top1"], clips_per_s=means.rate,
            )  # fmt: skip
            means.reset()
        if validate.due() or finished:
            judge = TANet(config).to(device, memory_format=torch.channels_last)
            judge.load_state_dict(average.state)
            judged_size = config.input_size if finished else size
            views = dataclasses.replace(held_out, size=judged_size)
            accuracy, matrix = evaluate(judge, views, training.validation_clips, training.workers, device)
            metrics = {"top1": accuracy, "clips": training.validation_clips, "confusion": matrix.tolist(), "size": list(judged_size)}
            print(f"validation: top-1 {accuracy:.3f} of {training.validation_clips} clips\n{confusion_table(matrix, ACTION_LABELS)}", flush=True)
            judged.write(step=budget.step, seconds=budget.seconds, width=judged_size[0], top1=accuracy)
            if accuracy >= best and judged_size == config.input_size:
                best = accuracy
                save_checkpoint(directory / "best.pt", content())
        if checkpoint.due() or finished:
            save_checkpoint(directory / "last.pt", content())
    log.close()
    judged.close()
    return load_checkpoint(directory / "best.pt")["metrics"]


def _start(
    training: RecognizerTraining,
    directory: Path,
    model: TANet,
    guidance: Guidance,
    average: WeightAverage,
    optimizer: torch.optim.Optimizer,
) -> tuple[Budget, int, dict, float]:
    """Budget, clips rendered so far, metrics and best accuracy: those of the last checkpoint when resuming."""
    if not training.resume:
        if (directory / "last.pt").exists():
            raise ValueError(f"{directory} holds an earlier training: add --resume to go on with it, or choose another --name")
        return Budget(training.minutes, training.steps), training.seen, {}, 0.0
    stored = load_checkpoint(directory / "last.pt")
    state = stored["resume"]
    model.load_state_dict(state["weights"])
    guidance.load_state_dict(state["guidance"])
    optimizer.load_state_dict(state["optimizer"])
    average.restore(stored["model"], state["updates"])
    budget = Budget(training.minutes, training.steps, state["seconds"], stored["step"])
    return budget, state["rendered"], stored["metrics"], state["best"]
