"""Key frames of a stored data set with their supports, as the published detectors train on them."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch.utils.data import Dataset

from ..modeling.tra import TRAConfig
from ..modeling.tra.preprocess import prepare
from ..modeling.tra.published_losses import KeyFrame
from .annotated_video import AnnotatedSet, bilateral_supports


class KeyFrames(Dataset):
    """Maps (epoch, index) to a `KeyFrame`; what is random about it depends on these and the seed only."""

    def __init__(self, data: AnnotatedSet, config: TRAConfig, flip: float, seed: int) -> None:
        if tuple(data.labels) != tuple(config.labels):
            raise ValueError(f"the network's classes are {config.labels}, those of the data set {data.labels}")
        self.data, self.config, self.flip, self.seed = data, config, flip, seed

    def __len__(self) -> int:
        return len(self.data.frames)

    def __getitem__(self, item: tuple[int, int]) -> KeyFrame:
        epoch, index = item
        random = np.random.default_rng((self.seed, epoch, index))
        frame = self.data.frames[index]
        mirrored = random.random() < self.flip
        numbers = [frame.number, *bilateral_supports(frame, random)]
        prepared = [self._prepared(frame.video.path(number), mirrored) for number in numbers]
        height, width = prepared[0].image_size
        boxes = frame.objects.boxes[~frame.objects.ignore] * np.float32(prepared[0].scale * 2)
        boxes = boxes.clip(0, [width, height, width, height])
        if mirrored:
            boxes = np.stack((width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]), 1)
        return KeyFrame(
            torch.cat([one.image for one in prepared]),
            torch.tensor([height, width], dtype=torch.float32),
            torch.from_numpy(boxes.astype(np.float32)),
            torch.from_numpy(frame.objects.labels[~frame.objects.ignore]),
        )

    def _prepared(self, path, mirrored: bool):
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{path} cannot be read as a picture")
        picture = np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture
        return prepare(picture, self.config.input_size, self.config.input_multiple)
