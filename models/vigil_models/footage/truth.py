"""Labelled frames of footage, grouped by video, with labels numbered as they are measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Sequence

import numpy as np

from ..data.annotated_video import AnnotatedFrame, Objects
from ..data.coco_vid import coco_vid


@dataclass(frozen=True)
class LabelledVideo:
    """The labelled frames of one video; their ``frame_id`` counts the frames of the whole video from 0."""

    name: str
    frames: tuple[AnnotatedFrame, ...]

    @property
    def frame_ids(self) -> list[int]:
        return [frame.frame_id for frame in self.frames]


@dataclass(frozen=True)
class FootageTruth:
    """Objects of ``frames`` have the numbers of ``labels``."""

    labels: tuple[str, ...]
    videos: tuple[LabelledVideo, ...]

    @property
    def frames(self) -> list[AnnotatedFrame]:
        return [frame for video in self.videos for frame in video.frames]


def read_truth(path: Path, labels: Sequence[str] | None = None) -> FootageTruth:
    """A truth in COCO-VID JSON; ``labels`` are those to measure, None for all that it names.

    Raises ValueError for a file that is no COCO-VID, for pictures without ``frame_id`` and for labels that it does not name.
    """
    data = coco_vid(path, path.parent)
    if not data.frames:
        raise ValueError(f"{path} lists no images")
    unknown = sorted(set(labels or ()) - set(data.labels))
    if unknown:
        raise ValueError(f"{path} does not label {', '.join(unknown)}; it labels {', '.join(data.labels)}")
    nameless = next((frame.path.name for frame in data.frames if frame.frame_id is None), None)
    if nameless:
        raise ValueError(f"{path}: image {nameless} has no frame_id, the number of the frame in its video")
    wanted = [label for label in data.labels if labels is None or label in labels]
    numbers = [data.labels.index(label) for label in wanted]
    frames = [replace(frame, objects=_only(frame.objects, numbers)) for frame in data.frames]
    videos = [LabelledVideo(name, tuple(group)) for name, group in groupby(frames, key=lambda frame: frame.video.name)]
    return FootageTruth(tuple(wanted), tuple(videos))


def _only(objects: Objects, numbers: Sequence[int]) -> Objects:
    """Objects of these classes, numbered by their places in ``numbers``."""
    kept = np.isin(objects.labels, numbers)
    places = np.array([numbers.index(label) for label in objects.labels[kept]], np.int64)
    return Objects(objects.boxes[kept], places, objects.tracks[kept], objects.ignore[kept])
