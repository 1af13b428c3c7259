"""Single frames of a video file, by number or by time; of a folder of numbered pictures as well."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

import cv2
import numpy as np

PICTURES = {".jpg", ".jpeg", ".png"}
FRAME_PREFIX = "img_"
"""Of frames that share their folder with pictures of optical flow."""

MIN_FRAMES = 3
"""Shorter videos are left out of trainings and tests, as the authors of TAM do."""
UNREADABLE = (OSError, ValueError, cv2.error)
"""What reading a video can raise."""


def usable_frame_count(path: Path) -> int:
    """As `frame_count`; ValueError for less than `MIN_FRAMES`."""
    count = frame_count(path)
    if count < MIN_FRAMES:
        raise ValueError(f"{path} has {count} frames; at least {MIN_FRAMES} are needed")
    return count


def frame_count(path: Path) -> int:
    """Number of frames; counted by decoding where the file does not say."""
    if path.is_dir():
        return len(_pictures(path))
    capture = _opened(path)
    try:
        declared = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        if declared > 0:
            return declared
        counted = 0
        while capture.grab():
            counted += 1
        return counted
    finally:
        capture.release()


def read_frames(path: Path, numbers: Sequence[int], strict: bool = False) -> list[np.ndarray]:
    """Frames by number, counted from 0, in any order and with repetitions, each uint8 RGB (h, w, 3).

    Frames are decoded in order, since seeking lands on key frames in many files. Files often hold a frame or two less
    than they say: frames after the end are the last one, or a ValueError when ``strict``.
    """
    if not numbers or min(numbers) < 0:
        raise ValueError(f"give frame numbers from 0 on, not {list(numbers)}")
    if path.is_dir():
        pictures = _pictures(path)
        return [_picture(pictures[_within(number, len(pictures), path, strict)]) for number in numbers]
    decoded: dict[int, np.ndarray] = {}
    capture = _opened(path)
    try:
        count = 0
        for number in sorted(set(numbers)):
            while count <= number and capture.grab():
                count += 1
                if count == number + 1:
                    last = _retrieved(capture)
            if count <= number:
                break
            decoded[number] = last
        else:
            return [decoded[number] for number in numbers]
    finally:
        capture.release()
    if count == 0:
        raise ValueError(f"{path} holds no frames")
    if strict:
        _within(max(numbers), count, path, strict)
    return read_frames(path, [min(number, count - 1) for number in numbers], strict=True)


def length_ms(path: Path) -> float:
    """Time of the last frame, by the file's own count and rate."""
    return max(0.0, (frame_count(path) - 1) * 1000 / _rate(path))


def frames_at(path: Path, times_ms: Sequence[float]) -> list[np.ndarray]:
    """The frames shown at these times, each uint8 RGB (h, w, 3); ValueError for times outside the video."""
    rate = _rate(path)
    return read_frames(path, [int(np.floor(time * rate / 1000 + 1e-3)) for time in times_ms], strict=True)


def _opened(path: Path) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(str(path), _backend()) if path.is_file() else None
    if capture is None or not capture.isOpened():
        raise ValueError(f"{path} cannot be read as a video")
    return capture


def _backend() -> int:
    """FFmpeg where OpenCV has it: what it cannot read would be tried with GStreamer, which can wait for ever for the rest of a file."""
    return cv2.CAP_FFMPEG if cv2.CAP_FFMPEG in cv2.videoio_registry.getBackends() else cv2.CAP_ANY


def _rate(path: Path) -> float:
    capture = _opened(path)
    rate = capture.get(cv2.CAP_PROP_FPS)
    capture.release()
    if not rate > 0:
        raise ValueError(f"{path} does not say how many frames it has per second")
    return rate


def _retrieved(capture: cv2.VideoCapture) -> np.ndarray:
    return cv2.cvtColor(capture.retrieve()[1], cv2.COLOR_BGR2RGB)


def _pictures(folder: Path) -> list[Path]:
    pictures = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    return [path for path in pictures if path.name.startswith(FRAME_PREFIX)] or pictures


def _picture(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path} cannot be read as a picture")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def _within(number: int, count: int, path: Path, strict: bool) -> int:
    if count == 0 or (strict and number >= count):
        raise ValueError(f"{path} ends after {count} frames; frame {number} was asked for")
    return min(number, count - 1)
