"""Top-1 and top-5 of a recognizer on stored videos, over the views that the publications average."""

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from ..data.video_file import UNREADABLE, read_frames, usable_frame_count
from ..data.video_lists import VideoSet
from ..evaluation.classification import over_views, top_k
from ..modeling import tam_inputs
from ..modeling.tam import TANet
from .common import Every, Progress

NAMED = 5
"""Videos that are named of those left out."""


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
        """Network inputs [1, T, 3, size, size], crops of one clip next to each other.

        One of `UNREADABLE` for a video that cannot be read or has too few frames.
        """
        sampler = tam_inputs.dense if self.sampling == "dense" else tam_inputs.uniform
        clips = sampler(usable_frame_count(path), segments, self.clips)
        numbers = sorted({number for clip in clips for number in clip})
        frames = dict(zip(numbers, self._cropped(read_frames(path, numbers))))
        return (tam_inputs.to_clip([frames[number][crop] for number in clip]) for clip in clips for crop in range(self.crops))

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


def video_logits(model: TANet, path: Path, protocol: ViewProtocol) -> np.ndarray:
    """Logits [views, classes] of one video."""
    return _logits(model, protocol.views(path, model.config.segments))


@torch.no_grad()
def _logits(model: TANet, views: Iterable[Tensor]) -> np.ndarray:
    device = next(model.parameters()).device
    return np.concatenate([model(view.to(device)).float().cpu().numpy() for view in views])


def evaluate_views(model: TANet, data: VideoSet, protocol: ViewProtocol, average: str = "logits") -> Dict[str, float]:
    """Top-1 and top-5 over the videos of a set; `average` as in `over_views`.

    Videos that cannot be read or have too few frames are told of at the end, and counted as "left out", if there are any.
    ValueError when no video is left.
    """
    if model.config.classes != len(data.labels):
        raise ValueError(f"the recognizer tells {model.config.classes} classes apart, the data set has {len(data.labels)}")
    model.eval()
    logits, truth, left_out, report, steps = [], [], [], Every(30), Progress(len(data.videos))
    for video in data.videos:
        try:
            views = protocol.views(video.path, model.config.segments)
        except UNREADABLE as error:
            left_out.append(str(error))
            continue
        logits.append(_logits(model, views))
        truth.append(video.label)
        if report.due():
            print(f"video {steps.text(len(logits) + len(left_out))}", flush=True)
    if left_out:
        _tell(left_out, len(data.videos))
    if not logits:
        raise ValueError(f"none of the {len(data.videos)} videos can be measured on")
    scores, labels = over_views(np.stack(logits), average), np.array(truth)
    result = {"top-1": top_k(scores, labels, 1), "videos": len(labels), "views": len(logits[0])}
    if len(data.labels) >= 5:
        result["top-5"] = top_k(scores, labels, 5)
    return {**result, "left out": len(left_out)} if left_out else result


def _tell(left_out: Sequence[str], videos: int) -> None:
    """What was not measured on, the first few by name."""
    print(f"{len(left_out)} of {videos} videos are left out:", flush=True)
    for reason in left_out[:NAMED]:
        print(f"  {reason}", flush=True)
    if len(left_out) > NAMED:
        print(f"  and {len(left_out) - NAMED} more", flush=True)
