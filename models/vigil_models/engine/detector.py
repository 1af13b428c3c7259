"""Trains the detector from scratch on the synthetic world.

Three phases: `coarse` and `fine` on single frames, zoomed and cut out around objects, without temporal RoI features;
then `temporal` on whole sequences with the whole network. Small cut-outs cost little, and most of what a detector
has to learn does not need more. In the last phase, every frame of a sequence is a key frame once, with all frames of the
sequence as its supports, itself included as at test time: no backbone pass is spent on a support alone. An average
of the weights is what is validated and kept.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from ..data import seeds
from ..data.detection import DetectionSequence, DetectionSequences
from ..modeling.tra import TRA, TRAConfig
from ..modeling.tra.detector import Head
from ..modeling.tra.losses import Sample, Truth, head_loss, proposal_loss, sample, total
from ..modeling.tra.preprocess import normalise
from ..modeling.tra.rpn import anchor_grid
from ..modeling.tra.temporal_roi_align import align
from .common import (
    Budget,
    CsvLog,
    Every,
    RunningMeans,
    WeightAverage,
    clock,
    load_checkpoint,
    one_cycle,
    parameter_groups,
    pick_device,
    save_checkpoint,
)
from ..world.disturbance import never, passing
from .detector_evaluation import MIN_HEIGHT, evaluate
from .sequence_cache import SequenceCache

PRIOR_LOGIT = -4.6  # objectness of a fresh network: 1 % of the anchors, as the focal loss wants it
MIN_SHARE = 0.4  # of an object that a cut-out must keep for it to be judged


LOSSES = ("objectness", "proposal_box", "class", "box")


@dataclass(frozen=True)
class Phase:
    """One part of the training."""

    name: str
    until: float  # progress at which it ends
    size: Tuple[int, int]  # width, height of the pictures
    zoom: Tuple[float, float]  # a cut-out of that size is taken from a picture scaled by a factor in this range
    sequences: int  # per step
    frames: int  # taken from each sequence
    samples: int  # RoIs per key frame
    temporal: bool  # with temporal RoI features


PHASES = (
    Phase("coarse", 0.3, (128, 96), (0.34, 0.9), 16, 1, 12, False),
    Phase("fine", 0.6, (256, 192), (0.67, 1.2), 8, 1, 24, False),
    Phase("temporal", 1.0, (384, 288), (1.0, 1.0), 2, 3, 32, True),
)


@dataclass(frozen=True)
class DetectorTraining:
    """How the detector is trained."""

    name: str = "detector"
    network: TRAConfig = TRAConfig.small()
    minutes: Optional[float] = 75.0
    steps: Optional[int] = None
    phases: Tuple[Phase, ...] = PHASES
    sequences: int = 3000  # rendered once, of three frames each; 1 MB each
    disturbed: bool = False  # pictures are spoilt for moments
    cache: Path = Path("data-cache/detector")
    peak_rate: float = 2e-3
    weight_decay: float = 0.02
    clip_norm: float = 10.0
    positive_share: float = 0.4
    workers: int = 1
    threads: Optional[int] = None
    validation_sequences: int = 60
    validate_minutes: float = 8.0
    checkpoint_minutes: float = 2.0
    resume: bool = False
    seed: int = 0

    def phase(self, progress: float) -> Phase:
        return next((phase for phase in self.phases if progress < phase.until), self.phases[-1])


def training_sequences(disturbed: bool, count: int, cache: Path) -> SequenceCache:
    """What a training from scratch learns from, in a folder of ``cache``."""
    source = DetectionSequences(seeds.TRAIN, frames=3, disturb=passing if disturbed else never)
    return SequenceCache(source, count, cache / ("train-disturbed" if disturbed else "train"))


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
        frames = random.permutation(len(sequence.images))[: self.phase.frames]
        judged = sequence.boxes[frames[0]][~sequence.ignore[frames[0]]]
        view = View.draw(sequence.images.shape[2], sequence.images.shape[1], judged, self.phase, random)
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
    def draw(width: int, height: int, boxes: np.ndarray, phase: Phase, random: np.random.Generator) -> "View":
        """A view of a picture that shows the middle of one of its boxes [n, 4], if it has any."""
        scale = max(random.uniform(*phase.zoom), phase.size[0] / width, phase.size[1] / height)
        room = np.array([round(width * scale) - phase.size[0], round(height * scale) - phase.size[1]])
        corner = random.uniform(0, 1, 2) * room
        if len(boxes):
            box = boxes[random.integers(len(boxes))]
            corner = (box[:2] + box[2:]) / 2 * scale - random.uniform(0.1, 0.9, 2) * phase.size
        left, top = np.clip(np.rint(corner), 0, room).astype(int).tolist()
        return View(scale, left, top, phase.size, bool(random.random() < 0.5))

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


def batches(sequences: Sequence[DetectionSequence], phase: Phase, workers: int, seed: int) -> Iterator:
    """Endless batches; each is a list of (images uint8 [F, H, W, 3], truth per frame)."""
    pictures = Pictures(sequences, phase)
    epoch = 0
    while True:
        yield from DataLoader(
            pictures,
            phase.sequences,
            shuffle=True,
            drop_last=True,
            generator=torch.Generator().manual_seed(seed + epoch),
            num_workers=workers,
            collate_fn=list,
            worker_init_fn=_single_threaded,
        )
        epoch += 1


def _single_threaded(_: int):
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def losses(
    model: TRA, batch: List[Tuple[Tensor, List[Truth]]], phase: Phase, positive_share: float
) -> Dict[str, Tensor]:
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
    drawn = [sample(p, t, background, phase.samples, positive_share) for p, t in zip(proposals, truths)]
    head = (_temporal_head if phase.temporal else _single_frame_head)(model, features, proposals, drawn, phase.frames)
    together = Sample(*(torch.cat(parts) for parts in zip(*drawn)))
    values = (*(torch.stack(column).mean() for column in zip(*parts)), *head_loss(head, together, background))
    return dict(zip(LOSSES, values))


def _images(boxes: Sequence[Tensor]) -> Tensor:
    """Index of the image of every box, for boxes given per image."""
    return torch.repeat_interleave(torch.tensor([len(b) for b in boxes])).to(boxes[0].device)


def _single_frame_head(model: TRA, features: Tensor, proposals: Sequence[Tensor], drawn: Sequence[Sample], frames: int) -> Head:
    """The head on plain RoI features; the RoIs of an image see each other only."""
    box_head = model.detector.roi_head.bbox_head
    boxes = [d.boxes for d in drawn]
    images = _images(boxes)
    rois = align(features, torch.cat(boxes), model.config, images)
    return Head(*box_head(rois, *box_head.support(rois), hidden=images[:, None] != images))


def _temporal_head(model: TRA, features: Tensor, proposals: Sequence[Tensor], drawn: Sequence[Sample], frames: int) -> Head:
    """The whole head; the RoIs of a frame see all frames of its sequence, which has `frames` of them."""
    config, head = model.config, model.detector.roi_head
    boxes = [d.boxes for d in drawn]
    references = [p[: config.proposals] for p in proposals]
    key_sequence, support_sequence = _images(boxes) // frames, _images(references) // frames
    rois = align(features, torch.cat(boxes), config, _images(boxes))
    pixels, inverse_norms = head.bbox_roi_extractor.support(features)
    per_sequence = zip(pixels.split(frames), inverse_norms.split(frames))
    enriched = [head.bbox_roi_extractor(rois[key_sequence == i], *parts) for i, parts in enumerate(per_sequence)]
    keys, values = head.bbox_head.support(align(features, torch.cat(references), config, _images(references)))
    return Head(*head.bbox_head(torch.cat(enriched), keys, values, hidden=key_sequence[:, None] != support_sequence))


def fresh(config: TRAConfig) -> TRA:
    """An untrained detector; the published initial values suit a pretrained backbone, these learn faster without."""
    model = TRA(config)
    rpn = model.detector.rpn_head
    nn.init.kaiming_normal_(rpn.rpn_conv.weight, nonlinearity="relu")
    nn.init.constant_(rpn.rpn_cls.bias, PRIOR_LOGIT)
    return model


class DetectorTrainer:
    """One training run in the directory `runs / name`.

    Writes `last.pt`, `best.pt`, `train.csv` and `validation.csv`. A checkpoint holds `model` (averaged weights), `config`,
    `step`, `labels`, `metrics`, `data` and, for resuming, `resume`.
    """

    def __init__(self, training: DetectorTraining, runs: Path):
        self.training = training
        self.directory = runs / training.name
        self.device = pick_device(training.threads)
        torch.manual_seed(training.seed)
        self.model = fresh(training.network).to(self.device)
        self.average = WeightAverage(self.model)
        self.optimizer = torch.optim.AdamW(parameter_groups(self.model, training.weight_decay))
        self.metrics: Dict[str, float] = {}
        self.best = -1.0
        if training.resume:
            self.budget = self._resume()
        elif (self.directory / "last.pt").exists():
            raise ValueError(
                f"{self.directory} holds an earlier training: add --resume to go on with it, or choose another --name"
            )
        else:
            self.budget = Budget(training.minutes, training.steps)

    def train(self) -> Dict[str, float]:
        """Train until the budget is used; returns the metrics of the best checkpoint."""
        training, budget = self.training, self.budget
        cache = training.cache
        train_set = training_sequences(training.disturbed, training.sequences, cache)
        held_out = SequenceCache(
            DetectionSequences(seeds.VALIDATION), training.validation_sequences, cache / "validation"
        )
        log = CsvLog(self.directory / "train.csv", ["step", "seconds", "phase", "rate", *LOSSES, "images_per_s"])
        report, validate = Every(10), Every(60 * training.validate_minutes)
        checkpoint = Every(60 * training.checkpoint_minutes)
        means = RunningMeans()
        phase, source = None, None
        while budget.progress < 1:
            if phase is not training.phase(budget.progress):
                phase = training.phase(budget.progress)
                source = batches(train_set, phase, training.workers, training.seed + budget.step)
            batch = next(source)
            parts = self._step(batch, phase)
            means.add(sum(len(images) for images, _ in batch), **parts)
            finished = budget.progress >= 1
            if report.due() or finished:
                self._report(phase, means, log)
                means.reset()
            if validate.due() or finished:
                self._validate(held_out, phase)
            if checkpoint.due() or finished:
                save_checkpoint(self.directory / "last.pt", self._content())
        log.close()
        return load_checkpoint(self.directory / "best.pt")["metrics"]

    def _step(self, batch, phase: Phase) -> Dict[str, float]:
        self.model.train()
        rate = one_cycle(self.budget.progress, self.training.peak_rate)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        parts = losses(self.model, batch, phase, self.training.positive_share)
        loss = total(parts)
        if not torch.isfinite(loss):
            raise ValueError(f"the loss became {loss.item()} at step {self.budget.step}: resume with a lower --rate")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.training.clip_norm)
        self.optimizer.step()
        self.average.update(self.model)
        self.budget.step += 1
        return {name: value.item() for name, value in parts.items()}

    def _report(self, phase: Phase, means: RunningMeans, log: CsvLog):
        budget, rate = self.budget, self.optimizer.param_groups[0]["lr"]
        values = {name: means[name] for name in LOSSES}
        text = "  ".join(f"{name} {value:.3f}" for name, value in values.items())
        print(
            f"{phase.name} step {budget.step:6d}  {text}  rate {rate:.2e}  {means.rate:.1f} images/s  "
            f"left {clock(budget.seconds_left)}",
            flush=True,
        )
        log.write(
            step=budget.step, seconds=budget.seconds, phase=phase.name, rate=rate, images_per_s=means.rate, **values
        )

    def _validate(self, held_out: Sequence[DetectionSequence], phase: Phase):
        judge = TRA(self.training.network).to(self.device)
        judge.load_state_dict(self.average.state)
        self.metrics = {**evaluate(judge, held_out, phase.size, phase.temporal), "width": phase.size[0]}
        print("validation: " + "  ".join(f"{name} {value:.3g}" for name, value in self.metrics.items()), flush=True)
        log = CsvLog(self.directory / "validation.csv", ["step", "seconds", "phase", *self.metrics])
        log.write(step=self.budget.step, seconds=self.budget.seconds, phase=phase.name, **self.metrics)
        log.close()
        last = phase is self.training.phases[-1] or self.budget.progress >= 1
        if last and self.metrics["mAP@50"] >= self.best:
            self.best = self.metrics["mAP@50"]
            save_checkpoint(self.directory / "best.pt", self._content())

    def _content(self) -> Dict:
        training = self.training
        return {
            "model": {name: value.cpu() for name, value in self.average.state.items()},
            "config": asdict(training.network),
            "step": self.budget.step,
            "labels": list(training.network.labels),
            "metrics": self.metrics,
            "data": f"synthetic street world, {training.sequences} sequences from seed {seeds.TRAIN}",
            "resume": {
                "weights": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "updates": self.average.updates,
                "seconds": self.budget.seconds,
                "best": self.best,
            },
        }

    def _resume(self) -> Budget:
        stored = load_checkpoint(self.directory / "last.pt")
        state = stored["resume"]
        self.model.load_state_dict(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.restore(stored["model"], state["updates"])
        self.metrics, self.best = stored["metrics"], state["best"]
        return Budget(self.training.minutes, self.training.steps, state["seconds"], stored["step"])
