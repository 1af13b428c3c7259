"""Daylight, dusk and night: where light comes from and how it colours the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vigil_models.world.canvas import Colour


@dataclass(frozen=True)
class Light:
    """Illumination of a scene.

    ``sun`` is the ground offset (x, y) in metres of a shadow per metre of height, ``shadow`` its strength in
    [0, 1], ``glint`` the picture direction (column, row) from which bodies are lit. ``gain`` per channel,
    ``gamma`` and ``contrast`` grade the finished picture; ``lamps`` is the number of street lamps that make pools
    of light, against ``floor``, the share of light outside them.
    """

    period: str
    sun: np.ndarray
    shadow: float
    glint: np.ndarray
    gain: tuple[float, float, float]
    gamma: float
    contrast: float
    saturation: float
    lamps: int = 0
    floor: float = 1.0

    @staticmethod
    def random(rng: np.random.Generator, period: str | None = None, indoors: bool = False) -> "Light":
        period = period or str(rng.choice(["day", "dusk", "night"], p=[0.72, 0.14, 0.14]))
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.15, 1.6)
        sun = length * np.array([np.cos(angle), np.sin(angle)])
        glint = np.array([-np.sign(sun[0]) * rng.uniform(0.3, 0.9), -rng.uniform(0.2, 0.7)])
        overcast = rng.random() < 0.45 or indoors or period != "day"
        shadow = rng.uniform(0.0, 0.12) if overcast else rng.uniform(0.25, 0.6)
        warm = rng.normal(0, 0.06)
        level = {"day": rng.uniform(0.75, 1.2), "dusk": rng.uniform(0.5, 0.8), "night": rng.uniform(0.5, 0.85)}[period]
        tint = {"day": warm, "dusk": warm + rng.choice([-0.1, 0.14]), "night": warm + rng.choice([-0.12, 0.16])}[period]
        grey = rng.random() < (0.04 if period != "night" else 0.3)
        return Light(
            period, sun, float(shadow), glint,
            gain=(level * (1 + tint), level, level * (1 - tint)),
            gamma=float(np.exp(rng.normal(0, 0.15))),
            contrast=rng.uniform(0.8, 1.3),
            saturation=0.0 if grey else rng.uniform(0.55, 1.25),
            lamps=int(rng.integers(1, 4)) if period == "night" and not indoors else 0,
            floor=rng.uniform(0.45, 0.8),
        )  # fmt: skip

    @property
    def directness(self) -> float:
        """How far shadows reach: 1 in sunshine, towards 0 (a dark patch beneath things) under an overcast sky."""
        return min(1.0, self.shadow * 10) if self.shadow > 0.13 else self.shadow * 2

    def on(self, colour: Colour, shade: float = 1.0) -> Colour:
        """A surface colour (RGB, 0..255) darkened by ``shade``."""
        return (colour[0] * shade, colour[1] * shade, colour[2] * shade)

    def facing(self, normals: np.ndarray) -> list[float]:
        """Shades of surfaces with unit world normals (n, 3): brighter towards the sun and the sky."""
        towards = np.array([-self.sun[0], -self.sun[1], 1.0])
        lit = normals @ towards / np.linalg.norm(towards)
        return (0.72 + 0.2 * np.maximum(lit, -0.4) + 0.08 * normals[:, 2]).tolist()

    def lookup(self, flicker: float = 1.0) -> np.ndarray:
        """Grading curve per channel (256, 1, 3) uint8, brightness multiplied by ``flicker``."""
        level = np.arange(256, dtype=np.float64) / 255
        curve = np.stack([level * g * flicker for g in self.gain], axis=-1)
        curve = np.clip(curve, 0, None) ** self.gamma
        middle = 0.42 * self.gain[1]
        return np.clip(((curve - middle) * self.contrast + middle) * 255, 0, 255).astype(np.uint8)[:, None, :]
