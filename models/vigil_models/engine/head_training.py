"""Trains a detector's RoI head on a trunk that stays as it is: backbone, neck and proposal head of a trained detector.

Heads are small beside their trunk, whose features are computed once for all of them; so many can be trained, with and
without aggregation and Temporal RoI Align, and differ in nothing else. Of every sequence one frame is the key frame and the
others are its supports. The key frame is not its own support, as in the published training (spec section 11): a head that
sees it among them learns to look there.
"""

from dataclasses import dataclass
from typing import Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor, nn

from ..modeling.tra import TRA
from ..modeling.tra.detector import Head
from ..modeling.tra.losses import Sample, head_loss, sample
from ..modeling.tra.temporal_roi_align import align
from .common import Every, Progress, RunningMeans, WeightAverage, one_cycle, parameter_groups
from .trunk_features import TrunkFeatures, TrunkSequence

LOSSES = ("class", "box")


@dataclass(frozen=True)
class HeadTraining:
    """How a head is trained."""

    steps: int = 1500
    sequences: int = 8  # per step, one key frame of each
    samples: int = 32  # RoIs per key frame
    positive_share: float = 0.4  # at most
    disturbed_keys: float = 0.0  # share of key frames that are disturbed when at least half of their supports are not; the others are any
    peak_rate: float = 1e-3
    weight_decay: float = 0.02
    clip_norm: float = 10.0
    seed: int = 0


def train_head(model: TRA, data: TrunkFeatures, training: HeadTraining, say: Callable[[str], None] = print):
    """Train the RoI head of a detector, which ends with the average of its weights; the rest stays as it is."""
    head = model.detector.roi_head
    torch.manual_seed(training.seed)
    random = np.random.default_rng(training.seed)
    average = WeightAverage(head)
    optimizer = torch.optim.AdamW(parameter_groups(head, training.weight_decay))
    means, report, progress = RunningMeans(), Every(20), Progress(training.steps)
    draws = _mixed(data, training, random) if training.disturbed_keys else _any(data, training, random)
    head.train()
    for step in range(training.steps):
        batch, keys = next(draws)
        for group in optimizer.param_groups:
            group["lr"] = one_cycle(step / training.steps, training.peak_rate)
        parts = losses(model, batch, keys, training)
        optimizer.zero_grad(set_to_none=True)
        sum(parts.values()).backward()
        nn.utils.clip_grad_norm_(head.parameters(), training.clip_norm)
        optimizer.step()
        average.update(head)
        means.add(len(batch), **{name: value.item() for name, value in parts.items()})
        if report.due():
            text = "  ".join(f"{name} {means[name]:.3f}" for name in LOSSES)
            say(f"head: step {progress.text(step + 1)}  {text}  {means.rate:.1f} key frames/s")
            means.reset()
    head.load_state_dict(average.state)
    head.eval()


_Draw = Tuple[List[TrunkSequence], List[int]]
"""The sequences of a step, and which frame of each is its key frame."""


def _any(data: TrunkFeatures, training: HeadTraining, random: np.random.Generator) -> Iterator[_Draw]:
    """Every sequence once before any again, with any of its frames."""
    order: List[int] = []
    while True:
        if len(order) < training.sequences:
            order = random.permutation(len(data)).tolist()
        batch, order = [data[i] for i in order[: training.sequences]], order[training.sequences :]
        yield batch, [int(random.integers(len(sequence.proposals))) for sequence in batch]


def _mixed(data: TrunkFeatures, training: HeadTraining, random: np.random.Generator) -> Iterator[_Draw]:
    """Disturbed key frames in the share that is wanted, and any others.

    Raises ValueError for sequences of undisturbed cameras.
    """
    disturbed, frames = data.disturbed_keys(), data.disturbed.shape[1]
    if not disturbed:
        raise ValueError("no key frame of these sequences is disturbed: render them with disturbances")

    def draw() -> Tuple[int, int]:
        if random.random() < training.disturbed_keys:
            return disturbed[random.integers(len(disturbed))]
        return int(random.integers(len(data))), int(random.integers(frames))

    while True:
        drawn = [draw() for _ in range(training.sequences)]
        yield [data[sequence] for sequence, _ in drawn], [key for _, key in drawn]


class _KeyFrame(NamedTuple):
    """What the box head is given for one key frame."""

    sample: Sample  # R RoIs with their targets
    rois: Tensor  # [R, C, S, S], temporally enriched
    keys: Tensor  # [M, layers, D], of the other frames' proposals
    values: Tensor  # [M, layers, D]


def losses(model: TRA, batch: Sequence[TrunkSequence], keys: Sequence[int], training: HeadTraining) -> Dict[str, Tensor]:
    """Both losses of the head, means over the key frames ``keys``, one of every sequence."""
    frames = [_key_frame(model, sequence, key, training) for sequence, key in zip(batch, keys)]
    of_rois, of_supports = (_owner([len(one) for one in parts]) for parts in zip(*((f.rois, f.keys) for f in frames)))
    rois, support_keys, support_values = (torch.cat(parts) for parts in zip(*(f[1:] for f in frames)))
    box_head = model.detector.roi_head.bbox_head
    output = Head(*box_head(rois, support_keys, support_values, hidden=of_rois[:, None] != of_supports))
    together = Sample(*(torch.cat(parts) for parts in zip(*(f.sample for f in frames))))
    return dict(zip(LOSSES, head_loss(output, together, len(model.config.labels))))


def _key_frame(model: TRA, sequence: TrunkSequence, key: int, training: HeadTraining) -> _KeyFrame:
    config, head = model.config, model.detector.roi_head
    background = len(config.labels)
    chosen = sample(sequence.proposals[key], sequence.truths[key], background, training.samples, training.positive_share)
    others = [frame for frame in range(len(sequence.proposals)) if frame != key]
    features = sequence.features[others]
    rois = align(sequence.features[key : key + 1], chosen.boxes, config)
    enriched = head.bbox_roi_extractor(rois, *head.bbox_roi_extractor.support(features))
    references = [sequence.proposals[frame][: config.proposals] for frame in others]
    aligned = align(features, torch.cat(references), config, _owner([len(boxes) for boxes in references]))
    return _KeyFrame(chosen, enriched, *head.bbox_head.support(aligned))


def _owner(counts: Sequence[int]) -> Tensor:
    """To which of several groups of these sizes each member of their concatenation belongs."""
    return torch.repeat_interleave(torch.tensor(counts))
