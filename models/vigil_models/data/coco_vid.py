"""COCO-VID: COCO's JSON with a list of videos, and with the video and the number of every picture.

    {"categories": [{"id", "name"}], "videos": [{"id", "name"}],
     "images": [{"id", "file_name", "width", "height", "video_id", "frame_id", "is_vid_train_frame"}],
     "annotations": [{"image_id", "category_id", "bbox": [x, y, width, height], "instance_id", "iscrowd"}]}

Without `videos`, or with a video of -1, a picture is a still one, unless folders are videos. `is_vid_train_frame` marks the key frames of a
training set; without it all frames are.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from .annotated_video import AnnotatedFrame, AnnotatedSet, Objects, Video

STILL = -1


def coco_vid(annotations: Path, pictures: Path, key_frames_only: bool = False, folders_are_videos: bool = False) -> AnnotatedSet:
    """Read a data set; classes are numbered in the order of their ids.

    :param pictures: folder in which the file names lie
    :param key_frames_only: only frames marked for training
    :param folders_are_videos: the pictures of a folder are the frames of a video, in the order of their names
    """
    try:
        content = json.loads(annotations.read_text())
    except ValueError as error:
        raise ValueError(f"{annotations} is no COCO-VID: it is not JSON ({error})") from None
    lacking = {"images", "annotations", "categories"} - set(content if isinstance(content, dict) else ())
    if lacking:
        raise ValueError(f"{annotations} is no COCO-VID: it lacks {', '.join(sorted(lacking))}")
    categories = sorted(content["categories"], key=lambda category: category["id"])
    numbers = {category["id"]: number for number, category in enumerate(categories)}
    objects = defaultdict(list)
    for annotation in content["annotations"]:
        x, y, width, height = annotation["bbox"]
        row = ([x, y, x + width, y + height], numbers[annotation["category_id"]])
        track = int(annotation.get("instance_id", -1))
        objects[annotation["image_id"]].append((*row, track, bool(annotation.get("iscrowd", 0))))
    frames = []
    for video, images in _folders(content, pictures) if folders_are_videos else _videos(content, pictures):
        for number, image in enumerate(images):
            if not key_frames_only or image.get("is_vid_train_frame", True):
                size = (image["width"], image["height"])
                frames.append(AnnotatedFrame(video, number, size, Objects.of(objects[image["id"]]), image.get("frame_id")))
    return AnnotatedSet(tuple(category["name"] for category in categories), tuple(frames))


def _folders(content, pictures: Path):
    grouped = defaultdict(list)
    for image in sorted(content["images"], key=lambda image: image["file_name"]):
        grouped[str(Path(image["file_name"]).parent)].append(image)
    for name, images in grouped.items():
        files = [pictures / image["file_name"] for image in images]
        yield Video(name, len(files), files.__getitem__), images


def _videos(content, pictures: Path):
    """Every video with its images in order; stills one by one."""
    names = {video["id"]: video["name"] for video in content.get("videos", ())}
    grouped = defaultdict(list)
    for image in content["images"]:
        video = image.get("video_id", STILL) if names else STILL
        grouped[("still", image["id"]) if video == STILL else ("video", video)].append(image)
    for (kind, key), images in grouped.items():
        images.sort(key=lambda image: image.get("frame_id", 0))
        files = [pictures / image["file_name"] for image in images]
        name = str(names[key]) if kind == "video" else images[0]["file_name"]
        yield Video(name, len(files), files.__getitem__), images
