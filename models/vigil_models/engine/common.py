"""What both training loops share: budget, learning rate, checkpoints, logs and progress lines."""

from __future__ import annotations

import csv
import ctypes
import math
import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

import torch
from torch import Tensor, nn

IMAGE_MEAN = (123.675, 116.28, 103.53)
IMAGE_STD = (58.395, 57.12, 57.375)
"""ImageNet's mean and deviation of RGB in [0, 255]."""
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4  # of malloc.h
_TOP_PAD_BYTES = 1 << 28


def pick_device(threads: int | None = None) -> torch.device:
    """The CUDA device when there is one, else the CPU with ``threads`` threads (None keeps torch's choice)."""
    if threads is not None:
        if threads < 1:
            raise ValueError(f"--threads is {threads}; give at least 1")
        torch.set_num_threads(threads)
    if torch.cuda.is_available():
        return torch.device("cuda")
    _keep_freed_memory()
    return torch.device("cpu")


def _keep_freed_memory():
    """Make glibc's allocator keep freed tensors for the next ones.

    By default a tensor beyond 32 MB is mapped when it is made and unmapped when it is freed, and the kernel clears every page
    of the next one again: a fifth of a training step of the small recognizer. Elsewhere than with glibc nothing happens.
    """
    if platform.libc_ver()[0] == "glibc":
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_M_MMAP_MAX, 0)
        allocator.mallopt(_M_TRIM_THRESHOLD, -1)
        allocator.mallopt(_M_TOP_PAD, _TOP_PAD_BYTES)


def normalised(frames: Tensor) -> Tensor:
    """uint8 (..., H, W, 3) RGB -> float32 (..., 3, H, W), ImageNet mean and deviation removed."""
    mean = torch.tensor(IMAGE_MEAN, device=frames.device)
    std = torch.tensor(IMAGE_STD, device=frames.device)
    scaled = (frames.float() - mean) / std
    return scaled.movedim(-1, -3)


class Budget:
    """How far a training is, from 0 to 1: by steps, by minutes, or by whichever is used up first.

    Progress by time needs no guess of the speed, so a schedule that follows it ends on time on a busy machine too.
    ``seconds_before`` and ``steps_before`` are what an interrupted training had used.
    """

    def __init__(self, minutes: float | None, steps: int | None, seconds_before: float = 0.0, steps_before: int = 0) -> None:
        if minutes is None and steps is None:
            raise ValueError("training has no end: give --minutes, --steps or both")
        if (minutes is not None and minutes <= 0) or (steps is not None and steps <= 0):
            raise ValueError(f"--minutes {minutes} and --steps {steps} must be positive")
        self._minutes, self._steps = minutes, steps
        self._before, self.step = seconds_before, steps_before
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds of training used, earlier runs included."""
        return self._before + time.monotonic() - self._started

    @property
    def progress(self) -> float:
        by_time = self.seconds / (60 * self._minutes) if self._minutes else 0.0
        by_steps = self.step / self._steps if self._steps else 0.0
        return min(1.0, max(by_time, by_steps))

    @property
    def seconds_left(self) -> float:
        """An estimate from the progress so far; the exact remainder when only time counts."""
        if self._steps is None:
            return max(0.0, 60 * self._minutes - self.seconds)
        done = max(self.progress, 1e-6)
        return self.seconds * (1 - done) / done


def one_cycle(progress: float, peak: float, warmup: float = 0.08, floor: float = 0.005) -> float:
    """Learning rate at a progress in [0, 1]: a linear rise to ``peak``, then half a cosine to ``floor * peak``.

    Source: Smith and Topin, "Super-Convergence", 2018.
    """
    if progress < warmup:
        return peak * (0.1 + 0.9 * progress / warmup)
    fall = (progress - warmup) / (1 - warmup)
    return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * fall)))


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Weights with decay; biases and the gains of normalisation layers without."""
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    free = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]


class WeightAverage:
    """Exponential moving average of a model's state; the early steps count less, so no start-up bias stays."""

    def __init__(self, model: nn.Module, decay: float = 0.998) -> None:
        self._decay, self._updates = decay, 0
        self.state = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self._updates += 1
        keep = min(self._decay, (1 + self._updates) / (10 + self._updates))
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[name].lerp_(value, 1 - keep)
            else:
                self.state[name].copy_(value)

    def restore(self, state: dict[str, Tensor], updates: int) -> None:
        """Goes on from a stored average."""
        self.state = {name: value.clone() for name, value in state.items()}
        self._updates = updates

    @property
    def updates(self) -> int:
        return self._updates


def save_checkpoint(path: Path, content: dict) -> None:
    """Writes a checkpoint so that a crash leaves the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(path.suffix + ".partial")
    with open(partial, "wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def load_checkpoint(path: Path) -> dict:
    """A checkpoint on the CPU; ValueError with the way out when there is none."""
    if not path.is_file():
        raise ValueError(f"no checkpoint at {path}: train without --resume first, or give the right --name")
    return torch.load(path, map_location="cpu")


class CsvLog:
    """Appends rows to a CSV file with a header; an existing file is continued."""

    def __init__(self, path: Path, columns: Iterable[str]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._columns = list(columns)
        fresh = not path.exists() or path.stat().st_size == 0
        self._file = open(path, "a", newline="")
        self._writer = csv.DictWriter(self._file, self._columns)
        if fresh:
            self._writer.writeheader()
            self._file.flush()

    def write(self, **row: object) -> None:
        self._writer.writerow({key: f"{value:.5g}" if isinstance(value, float) else value for key, value in row.items()})
        self._file.flush()

    def close(self) -> None:
        self._file.close()


@dataclass
class Every:
    """True once per ``seconds``, first when they have passed."""

    seconds: float

    def __post_init__(self) -> None:
        self._last = time.monotonic()

    def due(self) -> bool:
        if time.monotonic() - self._last < self.seconds:
            return False
        self._last = time.monotonic()
        return True


class RunningMeans:
    """Means of named values since the last `reset`, and the rate of samples."""

    def __init__(self) -> None:
        self.reset()

    def add(self, samples: int, **values: float) -> None:
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._count += 1
        self._samples += samples

    def reset(self) -> None:
        self._sums: dict[str, float] = {}
        self._count, self._samples, self._since = 0, 0, time.monotonic()

    def __getitem__(self, name: str) -> float:
        return self._sums[name] / max(self._count, 1)

    @property
    def names(self) -> list[str]:
        return list(self._sums)

    @property
    def rate(self) -> float:
        """Samples per second."""
        return self._samples / max(time.monotonic() - self._since, 1e-9)


def clock(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


class Progress:
    """How much of a known number of steps is done, and an estimate of the time left."""

    def __init__(self, total: int) -> None:
        self.total, self._started = total, time.monotonic()

    def text(self, done: int) -> str:
        left = (time.monotonic() - self._started) / max(done, 1) * (self.total - done)
        return f"{done} of {self.total}, left {clock(left)}"
