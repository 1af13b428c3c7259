"""Trains a detector's RoI head on a trunk that stays as it is: backbone, neck and proposal head of a trained detector.

Heads are small beside their trunk, whose features are computed once for all of them; so many can be trained, with and
without aggregation and Temporal RoI Align, and differ in nothing else. Of every sequence one frame is the key frame and the
others are its supports. The key frame is not its own support, as in the published training (spec section 11): a head that
sees it among them learns to look there.
"""

from dataclasses import dataclass
from typing import Callable, Dict, List, Sequence

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
    order: List[int] = []
    head.train()
    for step in range(training.steps):
        if len(order) < training.sequences:
            order = random.permutation(len(data)).tolist()
        batch, order = [data[i] for i in order[: training.sequences]], order[training.sequences :]
        for group in optimizer.param_groups:
            group["lr"] = one_cycle(step / training.steps, training.peak_rate)
        keys = [int(random.integers(len(sequence.proposals))) for sequence in batch]
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


def losses(model: TRA, batch: Sequence[TrunkSequence], keys: Sequence[int], training: HeadTraining) -> Dict[str, Tensor]:
    """Both losses of the head, means over the key frames ``keys``, one of every sequence."""
    config, head = model.config, model.detector.roi_head
    background = len(config.labels)
    drawn, enriched, support_keys, support_values, counts = [], [], [], [], []
    for sequence, key in zip(batch, keys):
        chosen = sample(sequence.proposals[key], sequence.truths[key], background, training.samples, training.positive_share)
        others = [frame for frame in range(len(sequence.proposals)) if frame != key]
        features = sequence.features[others]
        references = [sequence.proposals[frame][: config.proposals] for frame in others]
        rois = align(sequence.features[key : key + 1], chosen.boxes, config)
        enriched.append(head.bbox_roi_extractor(rois, *head.bbox_roi_extractor.support(features)))
        images = torch.repeat_interleave(torch.tensor([len(boxes) for boxes in references]))
        contribution = head.bbox_head.support(align(features, torch.cat(references), config, images))
        support_keys.append(contribution[0])
        support_values.append(contribution[1])
        counts.append((len(chosen.boxes), len(contribution[0])))
        drawn.append(chosen)
    of_keys, of_supports = (torch.repeat_interleave(torch.tensor(column)) for column in zip(*counts))
    hidden = of_keys[:, None] != of_supports
    output = Head(*head.bbox_head(torch.cat(enriched), torch.cat(support_keys), torch.cat(support_values), hidden=hidden))
    together = Sample(*(torch.cat(parts) for parts in zip(*drawn)))
    return dict(zip(LOSSES, head_loss(output, together, background)))
