"""Keeps rendered clips on disk, so that many trainings and measurements share them."""

from __future__ import annotations

import os
import shutil
from dataclasses import fields
from pathlib import Path
from typing import Callable

import numpy as np

from ..data.actions import ActionClips, AnnotatedClip
from .common import Every

COLUMNS = tuple(field.name for field in fields(AnnotatedClip))


class ClipCache:
    """The first ``count`` clips of a source, rendered once into a folder.

    ``images`` uint8 (N, T, H, W, 3), ``labels`` int64 (N,), both mapped from files: processes that read the same clips share their
    memory. A folder belongs to one source; give another one when the world or its arguments change.
    """

    def __init__(self, source: ActionClips, count: int, folder: Path, say: Callable[[str], None] = print) -> None:
        if not folder.exists():
            _render(source, count, folder, say)
        self._columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS}

    @property
    def images(self) -> np.ndarray:
        return self._columns["images"]

    @property
    def labels(self) -> np.ndarray:
        return self._columns["label"]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> AnnotatedClip:
        return AnnotatedClip(**{name: column[index] for name, column in self._columns.items()})


def _render(source: ActionClips, count: int, folder: Path, say: Callable[[str], None]) -> None:
    """Into a draft that becomes the folder when it is whole; says every 10 s how far it is."""
    draft = folder.with_name(f"{folder.name}.{os.getpid()}.draft")
    draft.mkdir(parents=True)
    first = source.annotated(0)
    columns = {}
    for name in COLUMNS:
        like = np.asarray(getattr(first, name))
        columns[name] = np.lib.format.open_memmap(draft / f"{name}.npy", "w+", like.dtype, (count, *like.shape))
    report = Every(10)
    for index in range(count):
        clip = source.annotated(index)
        for name, column in columns.items():
            column[index] = getattr(clip, name)
        if report.due():
            say(f"rendering {folder}: {index + 1} of {count} clips")
    for column in columns.values():
        column.flush()
    try:
        os.replace(draft, folder)
    except OSError:  # another process was faster
        if not folder.exists():
            raise
        shutil.rmtree(draft)
