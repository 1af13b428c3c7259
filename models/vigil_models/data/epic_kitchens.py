"""EPIC-KITCHENS object detection: records of annotated frames, as JSON, or as the CSV file from which they come.

Also as COCO's JSON over the same folders of frames, boxes in pixels of the stored pictures.

    [{"noun_class": 20, "noun": "bag", "participant_id": "P01", "video_id": "P01_01", "frame": 56581,
      "bounding_boxes": [[top, left, height, width], ...]}, ...]
    PICTURES/P01/P01_01/0000056581.jpg

One record is one noun in one frame; `bounding_boxes` may also be text, "[(76, 1260, 462, 186)]", as in the CSV. Boxes are in
pixels of 1920 x 1080 whatever the size of the stored pictures.
"""

from __future__ import annotations

import ast
import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Sequence

import cv2

from .annotated_video import AnnotatedFrame, AnnotatedSet, Objects, Video
from .coco_vid import coco_vid

ANNOTATED_SIZE = (1920, 1080)
FILE_NAMES = ("{:010d}.jpg", "frame_{:010d}.jpg")


def epic_kitchens(
    annotations: Path, pictures: Path, labels: Sequence[str] | None = None, known: Sequence[str] = ()
) -> AnnotatedSet:
    """Read a data set; the annotated frames of a video are its frames, in order.

    :param annotations: .json or .csv
    :param labels: class names in the order of `noun_class`; by default the nouns of the records, sorted by class. COCO's
        JSON names its own.
    :param known: names to prefer where the records have several nouns for a class; by default the first that occurs
    """
    if annotations.suffix == ".json" and isinstance(json.loads(annotations.read_text()), dict):
        if labels is not None:
            raise ValueError(f"{annotations} names its classes itself: give no nouns")
        return coco_vid(annotations, pictures, folders_are_videos=True)
    records = _records(annotations)
    nouns = _nouns(records)
    if labels is None:
        numbers = {noun_class: number for number, noun_class in enumerate(sorted(nouns))}
        labels = [next((noun for noun in nouns[c] if noun in known), nouns[c][0]) for c in sorted(nouns)]
    else:
        numbers = {number: number for number in range(len(labels))}
        outside = sorted(set(nouns) - set(numbers))
        if outside:
            raise ValueError(f"{annotations} has noun classes {outside}, {len(labels)} labels were given")
    videos = defaultdict(lambda: defaultdict(list))
    for record in records:
        rows = videos[(record["participant_id"], record["video_id"])][int(record["frame"])]
        for top, left, height, width in _boxes(record["bounding_boxes"]):
            rows.append(([left, top, left + width, top + height], numbers[int(record["noun_class"])], -1, False))
    frames = []
    for (participant, name), rows in sorted(videos.items()):
        numbered = sorted(rows)
        paths = [_picture(pictures / participant / name, number) for number in numbered]
        video = Video(name, len(paths), paths.__getitem__)
        size = _size(paths[0])
        for position, number in enumerate(numbered):
            frames.append(AnnotatedFrame(video, position, size, _scaled(rows[number], size)))
    return AnnotatedSet(tuple(labels), tuple(frames))


def noun_names(path: Path) -> list[str]:
    """Class names in the order of `noun_class`: the published CSV (noun_id, class_key, nouns), or one name a line."""
    with open(path, newline="") as file:
        if path.suffix != ".csv":
            return [line.strip() for line in file if line.strip()]
        rows = list(csv.DictReader(file))
    if not rows or {"noun_id", "class_key"} - set(rows[0]):
        raise ValueError(f"{path} is no list of nouns: noun_id, class_key expected in its first line")
    names = {int(row["noun_id"]): row["class_key"] for row in rows}
    if sorted(names) != list(range(len(rows))):
        raise ValueError(f"{path} does not number its nouns from 0 on")
    return [names[number] for number in range(len(rows))]


def _nouns(records: list[dict]) -> dict[int, list[str]]:
    """Nouns of every class, in the order in which they occur."""
    nouns: dict[int, dict[str, None]] = defaultdict(dict)
    for record in records:
        nouns[int(record["noun_class"])][record["noun"]] = None
    return {noun_class: list(names) for noun_class, names in nouns.items()}


def _records(path: Path) -> list[dict]:
    with open(path, newline="") as file:
        records = list(csv.DictReader(file)) if path.suffix == ".csv" else json.load(file)
    wanted = {"noun_class", "noun", "participant_id", "video_id", "frame", "bounding_boxes"}
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict) or wanted - set(record):
            raise ValueError(f"{path}, record {number}: {', '.join(sorted(wanted))} expected")
    return records


def _boxes(value) -> Sequence[Sequence[float]]:
    return ast.literal_eval(value) if isinstance(value, str) else value


def _picture(folder: Path, number: int) -> Path:
    candidates = [folder / name.format(number) for name in FILE_NAMES]
    return next((path for path in candidates if path.exists()), candidates[0])


def _size(path: Path) -> tuple[int, int]:
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path} cannot be read as a picture")
    return picture.shape[1], picture.shape[0]


def _scaled(rows, size: tuple[int, int]) -> Objects:
    objects = Objects.of(rows)
    scale = size[0] / ANNOTATED_SIZE[0], size[1] / ANNOTATED_SIZE[1]
    objects.boxes[:] *= (*scale, *scale)
    return objects
