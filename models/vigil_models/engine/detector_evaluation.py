"""Average precision of a detector on sequences of the synthetic world."""

from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

import cv2
import numpy as np
import torch
from torchvision.ops import box_iou

from ..data.detection import DetectionSequence
from ..evaluation.detection import Detections, Truth, average_precision
from ..modeling.tra import TRA, Support
from ..modeling.tra.postprocess import select
from ..modeling.tra.preprocess import normalise

MIN_HEIGHT = 7  # pixels; lower objects are not judged
OCCLUDED = 0.7  # visible share below which an object counts as occluded
SMALL = 40  # pixels of height in a picture 288 high below which an object counts as small


@dataclass(frozen=True)
class Judged:
    """One key frame."""

    found: Detections
    truth: Truth
    visible: np.ndarray  # share of every object that is visible
    proposals: np.ndarray  # [N, 4]


@torch.no_grad()
def detect(model: TRA, sequence: DetectionSequence, size: Tuple[int, int], temporal: bool = True) -> Judged:
    """Detect on the last frame, supported by all frames, the key frame included.

    :param size: width and height to which pictures are scaled, both multiples of 16
    :param temporal: without it, RoI features are the key frame's own and proposals see only those of the key frame
    """
    device = next(model.parameters()).device
    scale = size[0] / sequence.images.shape[2]
    frames = sequence.images if temporal else sequence.images[-1:]
    pictures = np.stack([cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in frames])
    image_size = torch.tensor([size[1], size[0]], dtype=torch.float32, device=device)
    features = model.features(normalise(torch.from_numpy(pictures).to(device)))
    proposals = [p[:, :4] for p in model.proposals(features, image_size)]
    support = Support.join([model.support(f, p) for f, p in zip(features.split(1), proposals)])
    if not temporal:
        support = support._replace(pixels=support.pixels[:0], inverse_norms=support.inverse_norms[:0])
    head = model.head(features[-1:], proposals[-1], support)
    found = select(model.boxes(proposals[-1], head.deltas, image_size), head.logits.softmax(-1))
    boxes = sequence.boxes[-1] * scale
    ignore = sequence.ignore[-1] | (boxes[:, 3] - boxes[:, 1] < MIN_HEIGHT)
    return Judged(
        Detections(*(part.cpu().numpy() for part in found)),
        Truth(boxes, sequence.labels[-1], ignore),
        sequence.visible[-1],
        proposals[-1].cpu().numpy(),
    )


def evaluate(
    model: TRA, sequences: Sequence[DetectionSequence], size: Tuple[int, int], temporal: bool = True
) -> Dict[str, float]:
    """mAP@50 and AP@50 per class; mAP@50 on occluded and on small objects; recall of the proposals at IoU 0.5."""
    model.eval()
    judged = [detect(model, sequences[i], size, temporal) for i in range(len(sequences))]
    labels = model.config.labels
    found = [j.found for j in judged]
    ap = average_precision(found, [j.truth for j in judged], len(labels))
    occluded = [j.truth.only(j.visible < OCCLUDED) for j in judged]
    limit = SMALL * size[1] / 288
    small = [j.truth.only(j.truth.boxes[:, 3] - j.truth.boxes[:, 1] < limit) for j in judged]
    return {
        "mAP@50": ap.mean,
        **{f"AP@50 {label}": float(value) for label, value in zip(labels, ap.per_class)},
        "mAP@50 occluded": average_precision(found, occluded, len(labels)).mean,
        "mAP@50 small": average_precision(found, small, len(labels)).mean,
        "proposal recall": _recall(judged),
        "key frames": len(judged),
        "objects": int(ap.objects.sum()),
    }


def _recall(judged: List[Judged]) -> float:
    hits = total = 0
    for j in judged:
        boxes = torch.from_numpy(j.truth.boxes[~j.truth.ignore])
        total += len(boxes)
        if len(boxes) and len(j.proposals):
            hits += int((box_iou(boxes.float(), torch.from_numpy(j.proposals)).amax(1) >= 0.5).sum())
    return hits / max(total, 1)
