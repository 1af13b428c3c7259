"""Pictures on which a network is run to see the ranges of its activations, before it is rounded to 8 bits."""

from functools import partial
from pathlib import Path
from typing import Callable, Iterator, Union

import numpy as np
import torch
from torch import nn

from ..data import seeds
from ..data.actions import ActionClips
from ..data.detection import DetectionSequences
from ..data.video_file import frame_count, read_frames
from ..explanation.fitting import fit
from ..modeling.tam import TANet
from ..modeling.tra import TRA
from ..modeling.tra.preprocess import normalise

UNSEEN = seeds.TRAIN + 2_000_000
"""Seed of the first scene; no training used it."""

Calibration = Callable[[nn.Module], None]


def on_the_world(count: int) -> Calibration:
    """Single frames or clips of the synthetic world."""
    return partial(_run, pictures=partial(_of_the_world, count=count))


def on_video(path: Path, resize: str, count: int) -> Calibration:
    """Frames spread over a video, or clips that begin with them; ValueError for what cannot be read.

    :param resize: fit, crop or stretch
    """
    return partial(_run, pictures=partial(_of_video, path=path, resize=resize, count=count))


def _run(model: Union[TRA, TANet], pictures: Callable[[Union[TRA, TANet]], Iterator[np.ndarray]]):
    for images in pictures(model):
        frames = normalise(torch.from_numpy(np.ascontiguousarray(images)))
        if isinstance(model, TRA):
            model.detector.rpn_head(model.features(frames))
        else:
            model(frames[None])


def _of_the_world(model: Union[TRA, TANet], count: int) -> Iterator[np.ndarray]:
    """uint8 RGB [1, H, W, 3] for a detector, [T, H, W, 3] for a recognizer."""
    size = model.config.input_size
    for index in range(count):
        if isinstance(model, TRA):
            yield DetectionSequences(UNSEEN, size, frames=1).sequence(index).images
        else:
            yield ActionClips(UNSEEN, size, model.config.segments).clip(index)[0]


def _of_video(model: Union[TRA, TANet], path: Path, resize: str, count: int) -> Iterator[np.ndarray]:
    length, multiple = (1, model.config.input_multiple) if isinstance(model, TRA) else (model.config.segments, 1)
    starts = np.linspace(0, max(0, frame_count(path) - length), count).astype(int)
    numbers = [int(start) + i for start in starts for i in range(length)]
    fitted = [fit(frame, model.config.input_size, resize, multiple).picture for frame in read_frames(path, numbers)]
    for first in range(0, len(fitted), length):
        yield np.stack(fitted[first : first + length])
