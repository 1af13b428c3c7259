"""Pinhole camera above a ground plane.

World coordinates are metres: x to the right, y away from the camera, z up; the ground is z = 0 and the camera
stands at (0, 0, height). Pixels are (column, row) with the origin in the upper left corner of the canvas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

NEAR = 0.4
"""Closest depth, in metres, that is still drawn."""


@dataclass(frozen=True)
class Camera:
    """A camera of ``width`` x ``height_px`` pixels, ``height`` metres above the ground.

    ``pitch`` (downwards) and ``roll`` are radians, ``focal`` is in pixels.
    """

    width: int
    height_px: int
    focal: float
    height: float
    pitch: float
    roll: float = 0.0

    @cached_property
    def axes(self) -> np.ndarray:
        """Rows right, up and forward of the camera, in world coordinates (3, 3)."""
        sp, cp = math.sin(self.pitch), math.cos(self.pitch)
        sr, cr = math.sin(self.roll), math.cos(self.roll)
        right, up, forward = np.array([1.0, 0, 0]), np.array([0, sp, cp]), np.array([0, cp, -sp])
        return np.stack([cr * right + sr * up, cr * up - sr * right, forward])

    def depth(self, points: np.ndarray) -> np.ndarray:
        """Depth in metres along the viewing direction of points (n, 3)."""
        return (points - (0.0, 0.0, self.height)) @ self.axes[2]

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixels (n, 2) and depths (n,) of world points (n, 3); depths are clamped to the near plane."""
        view = points @ self.axes.T
        view -= self.height * self.axes[:, 2]
        depth = np.maximum(view[:, 2], NEAR)
        pixels = view[:, :2] * (self.focal / depth)[:, None]
        pixels *= (1, -1)
        pixels += (self.width / 2, self.height_px / 2)
        return pixels, depth

    def rays(self) -> np.ndarray:
        """World direction of every pixel (height_px, width, 3), not normalised."""
        u = (np.arange(self.width, dtype=np.float32) + 0.5 - self.width / 2) / self.focal
        v = (self.height_px / 2 - np.arange(self.height_px, dtype=np.float32) - 0.5) / self.focal
        right, up, forward = self.axes.astype(np.float32)
        return u[None, :, None] * right + v[:, None, None] * up + forward

    def ground_at(self, column: float, row: float) -> np.ndarray | None:
        """Ground point (x, y) seen at a pixel, or None above the horizon."""
        right, up, forward = self.axes
        ray = (column - self.width / 2) / self.focal * right + (self.height_px / 2 - row) / self.focal * up + forward
        if ray[2] >= -1e-3:
            return None
        return ray[:2] * (self.height / -ray[2])
