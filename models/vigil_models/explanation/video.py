"""Single frames of a video file by their time."""

from pathlib import Path
from typing import List, Optional, Sequence

import cv2
import numpy as np


def length_ms(path: Path) -> float:
    """Time of the last frame, by the file's own count and rate."""
    capture = _opened(path)
    try:
        return max(0.0, (capture.get(cv2.CAP_PROP_FRAME_COUNT) - 1) * 1000 / _rate(capture, path))
    finally:
        capture.release()


def frames_at(path: Path, times_ms: Sequence[float]) -> List[np.ndarray]:
    """The frames shown at these times, ascending, each uint8 RGB [h, w, 3].

    Frames are decoded in order, since seeking lands on key frames in many files. Raises ValueError for times after the end.
    """
    if list(times_ms) != sorted(times_ms) or times_ms[0] < 0:
        raise ValueError(f"times must ascend from 0: {list(times_ms)}")
    capture = _opened(path)
    try:
        rate = _rate(capture, path)
        wanted = [int(time * rate / 1000 + 1e-3) for time in times_ms]
        frames, number, picture = [], -1, None
        for frame in wanted:
            while number < frame:
                number += 1
                picture = _next(capture)
                if picture is None:
                    raise ValueError(f"{path} ends after {number} frames; frame {frame} was asked for")
            frames.append(picture)
        return frames
    finally:
        capture.release()


def _opened(path: Path) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        raise ValueError(f"{path} cannot be read as a video")
    return capture


def _rate(capture: cv2.VideoCapture, path: Path) -> float:
    rate = capture.get(cv2.CAP_PROP_FPS)
    if not rate > 0:
        raise ValueError(f"{path} does not say how many frames it has per second")
    return rate


def _next(capture: cv2.VideoCapture) -> Optional[np.ndarray]:
    read, picture = capture.read()
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) if read else None
