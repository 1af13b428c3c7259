"""Rendering in the background: torch loaders over the endless data sets."""

from __future__ import annotations

from typing import Callable, TypeVar

import cv2
import torch
from torch.utils.data import DataLoader, Dataset

from vigil_models.data.actions import ActionClips
from vigil_models.data.detection import DetectionSequences

Sample = TypeVar("Sample")


class RenderedDataset(Dataset):
    """Samples ``start`` to ``start + count`` of an endless data set, rendered when asked for."""

    def __init__(self, render: Callable[[int], Sample], count: int, start: int = 0) -> None:
        self._render, self._count, self._start = render, count, start

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, item: int) -> Sample:
        if not 0 <= item < self._count:
            raise IndexError(item)
        return self._render(self._start + item)


def clip_loader(clips: ActionClips, count: int, batch: int, workers: int, start: int = 0) -> DataLoader:
    """Batches (lists of `AnnotatedClip`) of ``count`` clips from index ``start``, in order."""
    return _loader(RenderedDataset(clips.annotated, count, start), batch, workers, _as_list)


def sequence_loader(sequences: DetectionSequences, count: int, batch: int, workers: int, start: int = 0) -> DataLoader:
    """Batches (lists of `DetectionSequence`) of ``count`` sequences from index ``start``, in order."""
    return _loader(RenderedDataset(sequences.sequence, count, start), batch, workers, _as_list)


def _loader(dataset: Dataset, batch: int, workers: int, collate: Callable) -> DataLoader:
    return DataLoader(
        dataset,
        batch_size=batch,
        num_workers=workers,
        collate_fn=collate,
        worker_init_fn=_single_threaded,
        **({"prefetch_factor": 4} if workers else {}),
        drop_last=False,
    )


def _single_threaded(_: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _as_list(samples: list[Sample]) -> list[Sample]:
    return samples
