"""Keeps rendered clips on disk, so that many trainings and measurements share them."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import numpy as np

from ..data.actions import ActionClips, AnnotatedClip


class ClipCache:
    """The first ``count`` clips of a source, rendered once into one file.

    ``images`` uint8 (N, T, H, W, 3), ``labels`` int64 (N,). A file belongs to one source; give another one when the world or its
    arguments change.
    """

    def __init__(self, source: ActionClips, count: int, path: Path) -> None:
        if not path.exists():
            clips = [source.annotated(index) for index in range(count)]
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}.draft")
            with open(draft, "wb") as file:
                np.savez(file, **{f.name: np.stack([getattr(clip, f.name) for clip in clips]) for f in fields(AnnotatedClip)})
            os.replace(draft, path)
        with np.load(path) as stored:
            self._columns = {f.name: stored[f.name] for f in fields(AnnotatedClip)}

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
