"""Labelled video files of Kinetics and Something-Something, from the lists in which they are published."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = (".mp4", ".mkv", ".webm", ".avi")


@dataclass(frozen=True)
class LabelledVideo:
    """A video file, or a folder of its frames."""

    path: Path
    label: int


@dataclass(frozen=True)
class VideoSet:
    """Labelled videos with their class names."""

    labels: tuple[str, ...]
    videos: tuple[LabelledVideo, ...]

    def __post_init__(self) -> None:
        outside = next((v for v in self.videos if not 0 <= v.label < len(self.labels)), None)
        if outside is not None:
            raise ValueError(f"{outside.path} has label {outside.label}, there are {len(self.labels)} classes")


def video_list(path: Path, videos: Path, labels: Path | None = None) -> VideoSet:
    """Lines `FILE NUMBER`, or `FOLDER FRAMES NUMBER`, as the training toolkits list videos; class names one a line in ``labels``.

    FOLDER holds the frames as pictures, which are counted themselves.
    """
    found = [_listed(line, videos, f"{path}, line {n}") for n, line in enumerate(path.read_text().splitlines(), 1) if line.strip()]
    if not found:
        raise ValueError(f"{path} lists no videos")
    names = _lines(labels) if labels else [f"class {i}" for i in range(1 + max(video.label for video in found))]
    return VideoSet(tuple(names), tuple(found))


def _listed(line: str, videos: Path, where: str) -> LabelledVideo:
    name, label = _before_last(line)
    shorter, frames = _before_last(name)
    if not name or not label.isdecimal():
        raise ValueError(f"{where}: a file and the number of its class expected")
    candidates = [name, shorter] if shorter and frames.isdecimal() else [name]
    there = next((videos / candidate for candidate in candidates if (videos / candidate).exists()), None)
    if there is None:
        raise ValueError(f"{where}: there is no {' and no '.join(candidates)} in {videos}")
    return LabelledVideo(there, int(label))


def _before_last(text: str) -> tuple[str, str]:
    """What stands before the last word, which may be nothing, and this word."""
    parts = text.rsplit(maxsplit=1)
    return ("", *parts)[-2:] if parts else ("", "")


def kinetics(path: Path, videos: Path, labels: Path | None = None) -> VideoSet:
    """The published CSV: label, youtube_id, time_start, time_end, split.

    Videos lie in ``videos`` or in a folder named for their class (with blanks or underscores), as ID_START_END or as ID
    with any usual suffix; those that are not there (many are no longer to be had) are left out. Classes are numbered
    alphabetically, or in the order of ``labels``.
    """
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or {"label", "youtube_id", "time_start", "time_end"} - set(rows[0]):
        raise ValueError(f"{path} is no list of Kinetics: label, youtube_id, time_start, time_end expected in its first line")
    names = _lines(labels) if labels else sorted({row["label"] for row in rows})
    numbers = {name: number for number, name in enumerate(names)}
    found = []
    for row in rows:
        span = f"{row['youtube_id']}_{int(float(row['time_start'])):06d}_{int(float(row['time_end'])):06d}"
        folders = (row["label"], row["label"].replace(" ", "_"), ".")
        candidates = (videos / folder / (name + s) for folder in folders for name in (span, row["youtube_id"]) for s in SUFFIXES)
        there = next((candidate for candidate in candidates if candidate.is_file()), None)
        if there is not None:
            found.append(LabelledVideo(there, numbers[row["label"]]))
    if not found:
        raise ValueError(f"none of the {len(rows)} videos of {path} is under {videos}")
    return VideoSet(tuple(names), tuple(found))


def something_something_v2(path: Path, videos: Path, labels: Path) -> VideoSet:
    """The published JSON: [{"id", "template", ...}], class numbers in ``labels``: {"template without brackets": "0"}.

    Videos are ID.webm (or another usual suffix) in ``videos``.
    """
    numbers = {name: int(number) for name, number in json.loads(labels.read_text()).items()}
    found = []
    for entry in json.loads(path.read_text()):
        name = re.sub(r"[\[\]]", "", entry["template"])
        if name not in numbers:
            raise ValueError(f"{path}: video {entry['id']} is of class {name!r}, which {labels} does not have")
        found.append(LabelledVideo(_file(videos, str(entry["id"])), numbers[name]))
    return VideoSet(tuple(sorted(numbers, key=numbers.__getitem__)), tuple(found))


def something_something_v1(path: Path, videos: Path, labels: Path) -> VideoSet:
    """The published CSV: ID;class, class names one a line in ``labels``. Videos are folders of pictures or files."""
    names = _lines(labels)
    rows = [line.split(";", 1) for line in _lines(path)]
    unknown = next((row for row in rows if len(row) != 2 or row[1] not in names), None)
    if unknown is not None:
        raise ValueError(f"{path}: {';'.join(unknown)!r} names no class of {labels}")
    return VideoSet(tuple(names), tuple(LabelledVideo(_file(videos, name), names.index(label)) for name, label in rows))


def _file(folder: Path, name: str) -> Path:
    candidates = [folder / name, *(folder / (name + suffix) for suffix in SUFFIXES)]
    there = next((candidate for candidate in candidates if candidate.exists()), None)
    if there is None:
        raise ValueError(f"there is no video {name} in {folder}")
    return there


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text().splitlines() if line.strip()]
