"""Keeps rendered sequences on disk, so that every epoch after the first reads them."""

import os
from pathlib import Path
from typing import Callable

import numpy as np

from ..data.detection import DetectionSequence


class SequenceCache:
    """The first `count` sequences of a source, rendered when first asked for. Safe for several processes.

    A folder belongs to one source; give another folder when the world or its arguments change. A source has a function
    `sequence` of an index.
    """

    def __init__(self, source, count: int, folder: Path):
        self.source = source
        self.count = count
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> DetectionSequence:
        if not 0 <= index < self.count:
            raise IndexError(f"sequence {index} asked for, the cache holds {self.count}")
        path = self.folder / f"{index:07d}.npz"
        if not path.exists():
            self._store(self.source.sequence(index), path)
        return self._read(path)

    def render(self, say: Callable[[str], None]):
        """Render what is not there yet, saying how far it is."""
        for index in range(self.count):
            if not (self.folder / f"{index:07d}.npz").exists():
                self[index]
                if index % 100 == 0:
                    say(f"rendering {self.folder}: {index} of {self.count}")

    @staticmethod
    def _store(sequence: DetectionSequence, path: Path):
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with open(draft, "wb") as file:
            np.savez(
                file,
                images=sequence.images,
                times_ms=sequence.times_ms,
                counts=[len(b) for b in sequence.boxes],
                boxes=np.concatenate(sequence.boxes),
                labels=np.concatenate(sequence.labels),
                ignore=np.concatenate(sequence.ignore),
                visible=np.concatenate(sequence.visible),
                **({} if sequence.smear is None else {"smear": np.concatenate(sequence.smear)}),
                **({} if sequence.disturbances is None else {"disturbances": sequence.disturbances}),
            )
        os.replace(draft, path)

    @staticmethod
    def _read(path: Path) -> DetectionSequence:
        with np.load(path) as stored:
            ends = np.cumsum(stored["counts"])[:-1]
            names = [name for name in ("boxes", "labels", "ignore", "visible", "smear") if name in stored]
            per_frame = {name: np.split(stored[name], ends) for name in names}
            disturbances = stored["disturbances"].tolist() if "disturbances" in stored else None
            return DetectionSequence(images=stored["images"], times_ms=stored["times_ms"], disturbances=disturbances, **per_frame)
