"""Stored data sets by name, as the verbs take them: `KIND=PATH,PATH`."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from .annotated_video import AnnotatedSet
from .coco_vid import coco_vid
from .epic_kitchens import epic_kitchens, noun_names
from .imagenet_vid import ImageNetVid
from .video_lists import VideoSet, kinetics, something_something_v1, something_something_v2, video_list

DETECTION = {
    "imagenet-vid": "ROOT",
    "coco-vid": "JSON,PICTURES",
    "epic-kitchens": "RECORDS,PICTURES[,NOUNS]",
}
RECOGNITION = {
    "kinetics": "CSV,VIDEOS[,LABELS]",
    "video-list": "LIST,VIDEOS[,LABELS]",
    "something-v1": "CSV,VIDEOS,LABELS",
    "something-v2": "JSON,VIDEOS,LABELS",
}


def listed(names: Sequence[str], most: int = 5) -> str:
    """For messages."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def described(kinds: dict[str, str]) -> str:
    """For help texts."""
    return ", ".join(f"{kind}={paths}" for kind, paths in kinds.items())


def detection_training(texts: Sequence[str], published: Sequence[str]) -> AnnotatedSet:
    """Frames worth learning from, of one or several sets, one after the other.

    Classes are those of the first set; when it has all of ``published``, those of the recipe, no others. Objects of other
    classes are dropped, so they count as background.
    """
    first, *others = texts
    data = _training_set(first)
    labels = published if set(published) <= set(data.labels) else data.labels
    data = _background_named(data, labels, first)
    for text in others:
        data += _background_named(_training_set(text, labels), labels, text)
    return data.worth_learning()


def _training_set(text: str, known: Sequence[str] = ()) -> AnnotatedSet:
    kind, paths = _parsed(text, DETECTION)
    if kind == "imagenet-vid":
        return ImageNetVid(*paths).training()
    return coco_vid(*paths, key_frames_only=True) if kind == "coco-vid" else _epic_kitchens(paths, known)


def _epic_kitchens(paths: Sequence[Path], known: Sequence[str]) -> AnnotatedSet:
    records, pictures, *nouns = paths
    return epic_kitchens(records, pictures, noun_names(nouns[0]) if nouns else None, known)


def _background_named(data: AnnotatedSet, labels: Sequence[str], text: str) -> AnnotatedSet:
    """The set with the classes ``labels``; says which others become background."""
    seen = data.classes_seen()
    others = [name for name in seen if name not in labels]
    if others and len(others) == len(seen):
        raise ValueError(f"--data {text} has no objects of the classes that are learned: {listed(labels)}")
    if others:
        print(f"{text}: objects of {listed(others)} count as background", flush=True)
    return data.of_classes(labels)


def detection_test(text: str, labels: Sequence[str]) -> AnnotatedSet:
    """All frames, those without objects too, with the classes of a detector, found by name; ValueError for others that have objects."""
    kind, paths = _parsed(text, DETECTION)
    if kind == "imagenet-vid":
        data = ImageNetVid(*paths).validation()
    else:
        data = coco_vid(*paths) if kind == "coco-vid" else _epic_kitchens(paths, labels)
    unknown = [name for name in data.classes_seen() if name not in labels]
    if unknown:
        raise ValueError(f"--data {text} has objects of classes that the detector does not know: {listed(unknown)}")
    return data.of_classes(labels)


def recognition(text: str) -> VideoSet:
    kind, paths = _parsed(text, RECOGNITION)
    read = {
        "kinetics": kinetics,
        "video-list": video_list,
        "something-v1": something_something_v1,
        "something-v2": something_something_v2,
    }[kind]
    return read(*paths)


def kind_of(text: str) -> str:
    return text.split("=", 1)[0]


def _parsed(text: str, kinds: dict[str, str]) -> tuple[str, list[Path]]:
    kind, _, paths = text.partition("=")
    if kind not in kinds:
        raise ValueError(f"--data {text}: give one of {described(kinds)}")
    given = [Path(path) for path in paths.split(",") if path]
    most = kinds[kind].count(",") + 1
    if not most - kinds[kind].count("[") <= len(given) <= most:
        raise ValueError(f"--data {text}: give {kind}={kinds[kind]}")
    return kind, given
