"""What the service found, from the JSON Lines of `vigil demo --results` and `vigil export --format jsonl`.

A line of the kind `detections` has `camera`, `sequence` (the frame's number in its stream, from 0), `support_sequences` and
`boxes`, each with `label`, `score` and `x`, `y`, `w`, `h` in pixels of the source picture. Other kinds of lines are passed over.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import numpy as np

from ..evaluation.detection import Detections
from .truth import FootageTruth

OTHER = -1
"""Number of labels that are not measured."""


@dataclass(frozen=True)
class ServiceFrame:
    """What the service says of one frame; ``supports`` are the numbers of its support frames, oldest first."""

    found: Detections
    supports: tuple[int, ...]


def frames_of(path: Path, truth: FootageTruth, min_score: float, cameras: Sequence[str] | None = None) -> list[ServiceFrame]:
    """What the service says of every frame of the truth, in its order, without boxes that score lower than ``min_score``.

    ``cameras`` names those of the truth's videos, in their order. By default they are all cameras of the results, in the
    order of their names, if there are as many as videos. Raises ValueError when results are not JSON Lines of the service,
    have other cameras, or lack a frame.
    """
    by_camera = _read(path, truth.labels, min_score)
    cameras = _cameras(by_camera, truth, cameras, path)
    results: list[ServiceFrame] = []
    for camera, video in zip(cameras, truth.videos):
        frames = by_camera[camera]
        missing = [frame for frame in video.frame_ids if frame not in frames]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise ValueError(
                f"{path} has no detections of frame {missing[0]}{more} of {camera}, which the truth of {video.name} labels: "
                "run `vigil demo` with --unpaced, so that every frame is analysed, on a machine that is not too busy for it"
            )
        results += [frames[frame] for frame in video.frame_ids]
    return results


def _cameras(by_camera: dict, truth: FootageTruth, wanted: Sequence[str] | None, path: Path) -> list[str]:
    there = sorted(by_camera, key=_natural)
    unknown = [camera for camera in wanted or () if camera not in by_camera]
    if unknown:
        raise ValueError(f"{path} has no camera {unknown[0]}; it has {', '.join(there) or 'none'}")
    chosen = list(wanted or there)
    if len(chosen) != len(truth.videos):
        videos = ", ".join(video.name for video in truth.videos)
        raise ValueError(f"the truth is of {videos}, the cameras are {', '.join(chosen) or 'none'}: name one camera a video with --camera")
    return chosen


def _natural(name: str) -> list:
    """camera-2 before camera-10."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", name)]


def _read(path: Path, labels: Sequence[str], min_score: float) -> dict[str, dict[int, ServiceFrame]]:
    by_camera: dict[str, dict[int, ServiceFrame]] = {}
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                if record["kind"] != "detections":
                    continue
                camera, sequence = record["camera"], record["sequence"]
                result = ServiceFrame(_detections(record["boxes"], labels, min_score), tuple(record["support_sequences"]))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path} line {number} is no result of the service: {error!r}") from None
            frames = by_camera.setdefault(camera, {})
            if sequence in frames:
                raise ValueError(f"{path} line {number}: frame {sequence} of {camera} for the second time; give the results of one run")
            frames[sequence] = result
    return by_camera


def _detections(boxes: Sequence[dict], labels: Sequence[str], min_score: float) -> Detections:
    kept = [box for box in boxes if box["score"] >= min_score]
    corners = [[box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"]] for box in kept]
    return Detections(
        np.array(corners, float).reshape(-1, 4),
        np.array([box["score"] for box in kept], float),
        np.array([labels.index(box["label"]) if box["label"] in labels else OTHER for box in kept], int),
    )
