"""The same network in PyTorch on the same frames with the same support frames, to tell what the service loses from what the
network does not see."""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import cv2
import numpy as np
import torch

from ..data.video_file import read_frames
from ..evaluation.detection import Detections
from ..modeling.tra import TRA, Support
from ..modeling.tra.postprocess import select
from ..modeling.tra.preprocess import prepare
from .truth import FootageTruth


def replay(
    model: TRA, truth: FootageTruth, videos: Sequence[Path], supports: Sequence[Sequence[int]], min_score: float
) -> list[Detections]:
    """Detections of every frame of the truth, in its order, in pixels of the source; labels are numbered as the truth's.

    :param videos: a file for every video of the truth
    :param supports: numbers of the support frames of every frame of the truth, oldest first, without the frame itself
    """
    if len(videos) != len(truth.videos):
        raise ValueError(f"the truth is of {len(truth.videos)} videos, given are {len(videos)}: name each with --video")
    found, remaining = [], list(supports)
    for video, path in zip(truth.videos, videos):
        own, remaining = remaining[: len(video.frames)], remaining[len(video.frames) :]
        wanted = sorted({*video.frame_ids, *(number for numbers in own for number in numbers)})
        images = dict(zip(wanted, read_frames(path, wanted, strict=True)))
        found += [_detect(model, images, key, numbers, truth.labels, min_score) for key, numbers in zip(video.frame_ids, own)]
    return found


@torch.no_grad()
def _detect(model: TRA, images: Mapping[int, np.ndarray], key: int, numbers: Sequence[int], labels: Sequence[str], min_score: float):
    config, contributions = model.config, []
    for number in (*numbers, key):
        prepared = prepare(cv2.cvtColor(images[number], cv2.COLOR_RGB2BGR), config.input_size, config.input_multiple)
        image_size = torch.tensor(prepared.image_size, dtype=torch.float32)
        features = model.features(prepared.image)
        proposals = model.proposals(features, image_size)[0][:, :4]
        contributions.append(model.support(features, proposals))
    head = model.head(features, proposals, Support.join(contributions))
    kept = select(model.boxes(proposals, head.deltas, image_size), head.logits.softmax(-1), prepared.scale, min_score)
    numbered = np.array([labels.index(label) if label in labels else -1 for label in config.labels])
    return Detections(kept.boxes.numpy(), kept.scores.numpy(), numbered[kept.labels.numpy()])
