"""From light to bytes: what lens, sensor and encoder do to a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np


@lru_cache(maxsize=1)
def _grain() -> np.ndarray:
    """A long strip of white noise, int8 with a deviation of 32; frames take slices of it."""
    return np.clip(np.random.default_rng(7).normal(0, 32, 1 << 21), -127, 127).astype(np.int8)


def _streak(length: float, angle: float) -> np.ndarray:
    """The picture of a point, (s, s) with sum 1, that moves ``length`` pixels in a direction given in radians."""
    radius = int(np.ceil(length / 2)) + 1
    way = np.linspace(-length / 2, length / 2, 4 * radius)
    kernel = np.zeros((2 * radius + 1, 2 * radius + 1), np.float32)
    x, y = (np.rint(radius + way * part).astype(int) for part in (np.cos(angle), np.sin(angle)))
    np.add.at(kernel, (y, x), 1 / len(way))
    return kernel


@dataclass(frozen=True)
class Sensor:
    """Optics and electronics of one camera.

    ``exposure`` in seconds; ``blur`` is the defocus deviation in pixels; ``noise`` the grain deviation in grey
    levels, ``coarse`` its share that is smeared over neighbours; ``shake`` the deviation of camera movement in
    pixels; ``flicker`` relative brightness changes; ``banding`` grey levels of rolling bars; ``sharpen`` the
    strength of an unsharp mask; ``jpeg`` the quality of the encoder, 0 for none; ``vignette`` darkening of corners.
    ``gain`` multiplies the light that is measured, 1 where the exposure is right; ``tremor`` is the way in pixels that the
    camera moves during the exposure, in a direction that every picture draws anew.
    """

    exposure: float = 0.02
    blur: float = 0.5
    noise: float = 3.0
    coarse: float = 0.5
    shake: float = 0.0
    flicker: float = 0.01
    banding: float = 0.0
    sharpen: float = 0.0
    jpeg: int = 80
    vignette: float = 0.1
    gain: float = 1.0
    tremor: float = 0.0

    @staticmethod
    def random(rng: np.random.Generator, night: bool = False) -> "Sensor":
        poor = rng.random() < 0.3
        return Sensor(
            exposure=float(rng.uniform(0.03, 0.12) if night or rng.random() < 0.25 else rng.uniform(0.003, 0.04)),
            blur=float(rng.uniform(0.9, 2.0) if rng.random() < 0.15 else rng.uniform(0.3, 0.85)),
            noise=float(min(rng.gamma(2.0, 2.6 if night or poor else 1.4), 16)),
            coarse=float(rng.uniform(0, 1)),
            shake=float(rng.uniform(0.3, 2.0) if rng.random() < 0.3 else 0.0),
            flicker=float(rng.uniform(0.02, 0.08) if rng.random() < 0.25 else rng.uniform(0, 0.015)),
            banding=float(rng.uniform(1, 6) if rng.random() < 0.15 else 0.0),
            sharpen=float(rng.uniform(0.3, 1.2) if rng.random() < 0.4 else 0.0),
            jpeg=int(rng.integers(25, 91)) if rng.random() < 0.9 else 0,
            vignette=float(rng.uniform(0, 0.35)),
        )

    def develop(self, image: np.ndarray, curve: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The finished uint8 picture of a rendered one (rows, columns, 3), graded by ``curve`` (256, 1, 3)."""
        if self.tremor > 1:
            image = cv2.filter2D(image, -1, _streak(self.tremor, rng.uniform(0, np.pi)), borderType=cv2.BORDER_REPLICATE)
        image = cv2.LUT(image, curve)
        if self.blur > 0.25:
            image = cv2.GaussianBlur(image, (0, 0), self.blur)
        if self.noise > 0.3:
            grain = self._noise(image.shape, rng)
            image = cv2.addWeighted(image, 1.0, grain, self.noise / 32, 0, dtype=cv2.CV_32F)
            if self.banding:
                rows = np.arange(image.shape[0], dtype=np.float32)
                bars = self.banding * np.sin(rows * rng.uniform(0.02, 0.12) + rng.uniform(0, 6.3))
                image += bars[:, None, None].astype(np.float32)
            image = cv2.convertScaleAbs(cv2.max(image, 0.0))
        if self.sharpen:
            image = cv2.addWeighted(image, 1 + self.sharpen, cv2.GaussianBlur(image, (0, 0), 1.2), -self.sharpen, 0)
        if self.jpeg:
            _, code = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, self.jpeg))
            image = cv2.imdecode(code, cv2.IMREAD_COLOR)
        return image

    def _noise(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        size = int(np.prod(shape))
        strip = _grain()
        repeats = -(-size // len(strip)) + 1
        if repeats > 2:
            strip = np.tile(strip, repeats)
        start = int(rng.integers(0, len(strip) - size))
        grain = strip[start : start + size].reshape(shape).astype(np.float32)
        if self.coarse > 0.3:
            grain += cv2.GaussianBlur(grain, (0, 0), 0.9) * (3 * self.coarse)
            grain *= 1 / (1 + self.coarse)
        return grain
