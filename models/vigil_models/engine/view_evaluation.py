"""Top-1 and top-5 of a recognizer on stored videos, over the views that the publications average."""

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator

import numpy as np
import torch
from torch import Tensor

from ..data.video_file import frame_count, read_frames
from ..data.video_lists import VideoSet
from ..evaluation.classification import over_views, top_k
from ..modeling import tam_inputs
from ..modeling.tam import TANet
from .common import Every, Progress


@dataclass(frozen=True)
class ViewProtocol:
    """Which views of a video are looked at."""

    sampling: str  # dense or uniform
    clips: int
    crops: int  # 1: the centre, from pictures scaled a little larger; 3: along the longer side
    size: int  # of the crops, pixels

    def __post_init__(self):
        if self.sampling not in ("dense", "uniform") or self.crops not in (1, 3) or self.clips < 1 or self.size < 1:
            raise ValueError(f"no such protocol: {self}")

    def views(self, path: Path, segments: int) -> Iterator[Tensor]:
        """Network inputs [1, T, 3, size, size], crops of one clip next to each other."""
        sampler = tam_inputs.dense if self.sampling == "dense" else tam_inputs.uniform
        clips = sampler(frame_count(path), segments, self.clips)
        numbers = sorted({number for clip in clips for number in clip})
        frames = dict(zip(numbers, self._cropped(read_frames(path, numbers))))
        for clip in clips:
            for crop in range(self.crops):
                yield tam_inputs.to_clip([frames[number][crop] for number in clip])

    def _cropped(self, pictures):
        for picture in pictures:
            if self.crops == 3:
                yield tam_inputs.three_crops(tam_inputs.scale_short_side(picture, self.size), self.size)
            else:
                scaled = tam_inputs.scale_short_side(picture, round(self.size * 8 / 7))
                yield [tam_inputs.centre_crop(scaled, self.size)]


PROTOCOLS = {
    "kinetics": ViewProtocol("dense", 10, 3, 256),
    "something-v1": ViewProtocol("uniform", 1, 1, 224),
    "something-v2": ViewProtocol("uniform", 2, 3, 256),
}
"""Of the authors' code (specification, section 6)."""


@torch.no_grad()
def video_logits(model: TANet, path: Path, protocol: ViewProtocol) -> np.ndarray:
    """Logits [views, classes] of one video."""
    device = next(model.parameters()).device
    views = protocol.views(path, model.config.segments)
    return np.concatenate([model(view.to(device)).float().cpu().numpy() for view in views])


def evaluate_views(model: TANet, data: VideoSet, protocol: ViewProtocol, average: str = "logits") -> Dict[str, float]:
    """Top-1 and top-5 over all videos of a set; `average` as in `over_views`."""
    if model.config.classes != len(data.labels):
        raise ValueError(f"the recognizer tells {model.config.classes} classes apart, the data set has {len(data.labels)}")
    model.eval()
    logits, report, steps = [], Every(30), Progress(len(data.videos))
    for video in data.videos:
        logits.append(video_logits(model, video.path, protocol))
        if report.due():
            print(f"video {steps.text(len(logits))}", flush=True)
    scores = over_views(np.stack(logits), average)
    truth = np.array([video.label for video in data.videos])
    result = {"top-1": top_k(scores, truth, 1), "videos": len(truth), "views": len(logits[0])}
    return {**result, "top-5": top_k(scores, truth, 5)} if len(data.labels) >= 5 else result
