"""Stored data sets by name, as the verbs take them: `KIND=PATH,PATH`."""

from __future__ import annotations

from pathlib import Path

from .annotated_video import AnnotatedSet
from .coco_vid import coco_vid
from .epic_kitchens import epic_kitchens
from .imagenet_vid import ImageNetVid
from .video_lists import VideoSet, kinetics, something_something_v1, something_something_v2, video_list

DETECTION = {
    "imagenet-vid": "ROOT",
    "coco-vid": "JSON,PICTURES",
    "epic-kitchens": "RECORDS,PICTURES",
}
RECOGNITION = {
    "kinetics": "CSV,VIDEOS[,LABELS]",
    "video-list": "LIST,VIDEOS[,LABELS]",
    "something-v1": "CSV,VIDEOS,LABELS",
    "something-v2": "JSON,VIDEOS,LABELS",
}


def described(kinds: dict[str, str]) -> str:
    """For help texts."""
    return ", ".join(f"{kind}={paths}" for kind, paths in kinds.items())


def detection_training(text: str) -> AnnotatedSet:
    """Frames worth learning from."""
    kind, paths = _parsed(text, DETECTION)
    if kind == "imagenet-vid":
        return ImageNetVid(*paths).training().worth_learning()
    read = {"coco-vid": lambda *p: coco_vid(*p, key_frames_only=True), "epic-kitchens": epic_kitchens}[kind]
    return read(*paths).worth_learning()


def detection_test(text: str) -> AnnotatedSet:
    """All frames, those without objects too."""
    kind, paths = _parsed(text, DETECTION)
    if kind == "imagenet-vid":
        return ImageNetVid(*paths).validation()
    return {"coco-vid": coco_vid, "epic-kitchens": epic_kitchens}[kind](*paths)


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
