"""Clips of stored videos, sampled, cropped and mirrored as the published recognizers train on them."""

from __future__ import annotations

import warnings

import numpy as np
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from ..modeling import tam_inputs
from .video_file import UNREADABLE, read_frames, usable_frame_count
from .video_lists import LabelledVideo, VideoSet

POSITIONS = (
    (0, 0), (4, 0), (0, 4), (4, 4), (2, 2), (0, 2), (4, 2), (2, 4), (2, 0), (1, 1), (3, 1), (1, 3), (3, 3),
)  # fmt: skip
"""Of the crop's corner, x and y, in quarters of the room that it has."""
NEARLY = 3
"""A crop that differs by less from the wanted size is taken to have that size."""
ATTEMPTS = 100
"""Videos that are tried for one clip."""


def crop_sizes(width: int, height: int, size: int, scales: tuple[float, ...]) -> list[tuple[int, int]]:
    """Widths and heights of the crops to choose from; scales of both differ by one step at most."""
    sides = [int(min(width, height) * scale) for scale in scales]
    sides = [size if abs(side - size) < NEARLY else side for side in sides]
    return [(w, h) for i, h in enumerate(sides) for j, w in enumerate(sides) if abs(i - j) <= 1]


def multi_scale_crop(
    pictures: list[np.ndarray], size: int, scales: tuple[float, ...], random: np.random.Generator
) -> list[np.ndarray]:
    """The same random cut-out of all pictures (h, w, 3), scaled to ``size`` x ``size``.

    Source: Wang et al., "Temporal Segment Networks", ECCV 2016 (scale jittering and corner cropping).
    """
    height, width = pictures[0].shape[:2]
    sizes = crop_sizes(width, height, size, scales)
    crop_width, crop_height = sizes[random.integers(len(sizes))]
    x, y = POSITIONS[random.integers(len(POSITIONS))]
    left, top = x * ((width - crop_width) // 4), y * ((height - crop_height) // 4)
    crops = (picture[top : top + crop_height, left : left + crop_width] for picture in pictures)
    return [np.asarray(Image.fromarray(crop).resize((size, size), Image.BILINEAR)) for crop in crops]


class TrainingClips(Dataset):
    """Maps (epoch, index) to a clip [T, 3, size, size] and its label; random as (seed, epoch, index) say.

    In place of a video that cannot be read, or is too short, another one is drawn, with a warning; ValueError when `ATTEMPTS`
    were in vain.

    :param recipe: sampling, crop and flip of `engine.recipes.RecognizerRecipe`
    """

    def __init__(self, data: VideoSet, recipe, seed: int) -> None:
        self.videos, self.recipe, self.seed = data.videos, recipe, seed
        self.swaps = {a: b for pair in recipe.swaps for a, b in (pair, pair[::-1])}

    def __len__(self) -> int:
        return len(self.videos)

    def __getitem__(self, item: tuple[int, int]) -> tuple[Tensor, int]:
        epoch, index = item
        random = np.random.default_rng((self.seed, epoch, index))
        video, pictures = self._readable(index, random)
        recipe, label = self.recipe, video.label
        pictures = [tam_inputs.scale_short_side(picture, recipe.scaled_side) for picture in pictures]
        pictures = multi_scale_crop(pictures, recipe.crop, recipe.crop_scales, random)
        if random.random() < recipe.flip:
            pictures, label = [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures], self.swaps.get(label, label)
        return tam_inputs.to_clip(pictures)[0], label

    def _readable(self, index: int, random: np.random.Generator) -> tuple[LabelledVideo, list[np.ndarray]]:
        """The video, or one in its place, and the sampled frames."""
        for _ in range(ATTEMPTS):
            video = self.videos[index]
            try:
                return video, self._sampled(video, random)
            except UNREADABLE as error:
                warnings.warn(f"another video stands in for one that cannot be used: {error}", stacklevel=2)
                last, index = error, int(random.integers(len(self.videos)))
        raise ValueError(f"none of {ATTEMPTS} videos drawn can be used; the last one: {last}")

    def _sampled(self, video: LabelledVideo, random: np.random.Generator) -> list[np.ndarray]:
        sampler = tam_inputs.dense_training if self.recipe.sampling == "dense" else tam_inputs.uniform_training
        return read_frames(video.path, sampler(usable_frame_count(video.path), self.recipe.network.segments, random))
