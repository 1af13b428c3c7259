"""Detection on stored videos by the released test protocol, and its measures on ImageNet VID.

Supports are frames spread over the whole video, and the key frame itself (specification, section 9 A).
"""

from itertools import groupby
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from ..data.annotated_video import AnnotatedFrame, AnnotatedSet, Video
from ..evaluation.coco import coco_summary
from ..evaluation.detection import Detections, Truth, average_precision
from ..evaluation.motion import average_precision_by_speed, motion_iou
from ..modeling.tra import TRA, Support
from ..modeling.tra.memory import uniform_supports
from ..modeling.tra.postprocess import select
from ..modeling.tra.preprocess import prepare
from .common import Every, Progress
from .detection_file import DetectionFile


class _Frame(NamedTuple):
    """What depends on one frame alone."""

    features: Tensor
    proposals: Tensor  # [N, 4]
    image_size: Tensor
    scale: tuple
    support: Support


@torch.no_grad()
def detect_video(model: TRA, video: Video, numbers: Sequence[int]) -> Iterator[Detections]:
    """Detections in frames `numbers` of a video, in pixels of the stored picture."""
    chosen = uniform_supports(video.length, model.config.supports)
    supports = {number: _frame(model, video, number).support for number in set(chosen)}
    spread = [supports[number] for number in chosen]
    for number in numbers:
        key = _frame(model, video, number)
        head = model.head(key.features, key.proposals, Support.join([*spread, key.support]))
        boxes = model.boxes(key.proposals, head.deltas, key.image_size)
        found = select(boxes, head.logits.softmax(-1), key.scale)
        yield Detections(*(part.cpu().numpy() for part in found))


def _frame(model: TRA, video: Video, number: int) -> _Frame:
    picture = cv2.imread(str(video.path(number)), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{video.path(number)} cannot be read as a picture")
    device = next(model.parameters()).device
    prepared = prepare(picture, model.config.input_size, model.config.input_multiple)
    image_size = torch.tensor(prepared.image_size, dtype=torch.float32, device=device)
    features = model.features(prepared.image.to(device))
    proposals = model.proposals(features, image_size)[0][:, :4]
    return _Frame(features, proposals, image_size, prepared.scale, model.support(features, proposals))


def evaluate_videos(model: TRA, data: AnnotatedSet, kept: Optional[DetectionFile] = None) -> Dict[str, float]:
    """mAP@50 over all frames and by speed, AP@50 per class, and COCO's summary.

    Videos whose detections are ``kept`` are not looked at again; those of the others are kept there.
    """
    if tuple(model.config.labels) != tuple(data.labels):
        raise ValueError(f"the detector's classes are {model.config.labels}, those of the data set {data.labels}")
    model.eval()
    found: List[Detections] = []
    motion: List[np.ndarray] = []
    report, steps = Every(30), Progress(len(data.frames))
    for _, group in groupby(data.frames, key=lambda frame: id(frame.video)):
        frames = list(group)
        motion += motion_iou([f.objects.boxes for f in frames], [f.objects.tracks for f in frames])
        video, numbers = frames[0].video, [frame.number for frame in frames]
        known = kept.of(video.name, numbers) if kept else None
        first = len(found)
        for detections in detect_video(model, video, numbers) if known is None else known:
            found.append(detections)
            if report.due():
                print(f"frame {steps.text(len(found))}", flush=True)
        if kept and known is None:
            kept.keep(video.name, numbers, found[first:])
    truths = [truth_of(frame) for frame in data.frames]
    classes = len(data.labels)
    ap = average_precision(found, truths, classes)
    by_speed = average_precision_by_speed(found, truths, motion, classes)
    return {
        "mAP@50": ap.mean,
        **{f"mAP@50 {name}": result.mean for name, result in by_speed.items()},
        **{f"COCO {name}": value for name, value in coco_summary(found, truths, classes).items()},
        **{f"AP@50 {label}": float(value) for label, value in zip(data.labels, ap.per_class)},
        "frames": len(found),
        "objects": int(ap.objects.sum()),
    }


def truth_of(frame: AnnotatedFrame) -> Truth:
    objects = frame.objects
    return Truth(objects.boxes, objects.labels, objects.ignore, crowd=objects.ignore)
