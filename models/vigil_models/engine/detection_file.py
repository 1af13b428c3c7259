"""Keeps what a long evaluation has found, so that one that was stopped goes on where it was."""

import hashlib
import json
from pathlib import Path
from typing import Dict, List, Optional, Sequence

import numpy as np

from ..evaluation.detection import Detections
from ..modeling.tra import TRA


class DetectionFile:
    """JSON lines: what the detections were made with, then a video each.

    ``{"video": NAME, "frames": [NUMBER, ...], "found": [[[x1, y1, x2, y2, score, label], ...], ...]}`` with boxes in pixels of the
    stored picture and labels as numbers from 0. ValueError for a file of another detector, or that holds something else.
    """

    def __init__(self, path: Path, model: TRA):
        self._path = path
        self._videos: Dict[str, dict] = {}
        made_with = {"weights": _digest(model), "supports": model.config.supports, "labels": list(model.config.labels)}
        if not path.exists():
            self._append(made_with)
        elif self._read() != made_with:
            raise ValueError(f"{path} holds detections of another detector: give another file, or remove it")

    def of(self, video: str, frames: Sequence[int]) -> Optional[List[Detections]]:
        """What was found in these frames of a video; None if that is not known."""
        kept = self._videos.get(video)
        if kept is None or kept["frames"] != list(frames):
            return None
        rows = (np.array(found, np.float32).reshape(-1, 6) for found in kept["found"])
        return [Detections(row[:, :4], row[:, 4], row[:, 5].astype(np.int64)) for row in rows]

    def keep(self, video: str, frames: Sequence[int], found: Sequence[Detections]):
        rows = [np.column_stack((f.boxes, f.scores, f.labels)).tolist() for f in found]
        self._append({"video": video, "frames": list(frames), "found": rows})

    def _append(self, line: dict):
        with open(self._path, "a") as file:
            file.write(json.dumps(line) + "\n")

    def _read(self) -> dict:
        """What the detections were made with; drops a last line that was cut off."""
        text = self._path.read_text()
        whole = text[: text.rfind("\n") + 1]
        try:
            made_with, *videos = [json.loads(line) for line in whole.splitlines()] or [{}]
            self._videos = {video["video"]: video for video in videos}
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"{self._path} holds no detections of evaluate-detector: give another file") from None
        if whole != text:
            self._path.write_text(whole)
        return made_with


def _digest(model: TRA) -> str:
    """Of the weights, whatever device they are on."""
    digest = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode() + value.detach().cpu().numpy().tobytes())
    return digest.hexdigest()
