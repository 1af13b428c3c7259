"""Drawing primitives: convex polygons with sub-pixel corners, silhouettes, sprites."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Callable

import cv2
import numpy as np

SHIFT = 4
"""Fractional bits of polygon corners handed to OpenCV."""
_FIXED = float(1 << SHIFT)
_FAR = 8e3 * _FIXED

Colour = tuple[float, float, float]


def fixed(points: np.ndarray) -> np.ndarray:
    """Pixel coordinates (..., 2) as the fixed-point integers that `Drawing` keeps.

    A pixel's centre lies at +0.5 in our coordinates and at 0 in OpenCV's.
    """
    scaled = np.rint(points * _FIXED - 0.5 * _FIXED)
    return np.minimum(np.maximum(scaled, -_FAR), _FAR).astype(np.int32)


@dataclass
class Drawing:
    """Convex polygons of one object in painting order, its depth in metres and, on demand, those of its shadow."""

    depth: float
    polygons: list[np.ndarray] = field(default_factory=list)
    colours: list[Colour] = field(default_factory=list)
    cast: Callable[[], list[np.ndarray]] = list

    def add(self, points: np.ndarray, colour: Colour) -> None:
        """Appends a convex polygon given by its pixel corners (n, 2)."""
        self.polygons.append(fixed(points))
        self.colours.append(colour)

    def add_all(self, outlines: np.ndarray, colours: list[Colour]) -> None:
        """Appends convex polygons of equally many corners (m, n, 2), one colour each."""
        self.polygons.extend(fixed(outlines))
        self.colours.extend(colours)

    def paint(self, image: np.ndarray) -> None:
        """Paints onto an RGB image, edges anti-aliased."""
        for polygon, colour in zip(self.polygons, self.colours):
            cv2.fillConvexPoly(image, polygon, colour, cv2.LINE_AA, SHIFT)

    def stamp(self, ids: np.ndarray, identity: int) -> None:
        """Writes ``identity`` into a uint8 image wherever the object is."""
        for polygon in self.polygons:
            cv2.fillConvexPoly(ids, polygon, identity, cv2.LINE_8, SHIFT)

    def extent(self) -> tuple[int, int, int, int]:
        """Integer bounding box x1, y1, x2, y2 (half-open) of all polygons, clipped by nothing."""
        points = np.concatenate(self.polygons)
        (x1, y1), (x2, y2) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        unit = 1 << SHIFT
        return x1 // unit, y1 // unit, -(-x2 // unit) + 1, -(-y2 // unit) + 1

    def area(self, limit: int = 2000) -> int:
        """Number of pixels of the whole silhouette, as if nothing hid it and the picture were endless."""
        x1, y1, x2, y2 = self.extent()
        mask = np.zeros((min(y2 - y1 + 1, limit), min(x2 - x1 + 1, limit)), np.uint8)
        offset = np.array([x1 << SHIFT, y1 << SHIFT], np.int32)
        for polygon in self.polygons:
            cv2.fillConvexPoly(mask, polygon - offset, 255, cv2.LINE_8, SHIFT)
        return cv2.countNonZero(mask)


@dataclass
class Sprite:
    """Something that stands still: pixels painted once, pasted into every frame at its depth."""

    depth: float
    x: int
    y: int
    rgb: np.ndarray
    alpha: np.ndarray

    @staticmethod
    def from_layer(depth: float, rgb: np.ndarray, alpha: np.ndarray) -> "Sprite | None":
        """Cuts the used part out of full-canvas layers; None when nothing is in view."""
        x, y, width, height = cv2.boundingRect(alpha)
        if width == 0:
            return None
        inside = np.s_[y : y + height, x : x + width]
        return Sprite(depth, x, y, np.ascontiguousarray(rgb[inside]), np.ascontiguousarray(alpha[inside]))

    @staticmethod
    def from_drawing(drawing: Drawing, shape: tuple[int, int]) -> "Sprite | None":
        """Paints a drawing once onto a canvas of ``shape`` (rows, columns)."""
        x1, y1, x2, y2 = drawing.extent()
        x1, y1, x2, y2 = max(x1 - 1, 0), max(y1 - 1, 0), min(x2 + 1, shape[1]), min(y2 + 1, shape[0])
        if x2 <= x1 or y2 <= y1:
            return None
        alpha = np.zeros((y2 - y1, x2 - x1), np.uint8)
        rgb = np.zeros((y2 - y1, x2 - x1, 3), np.uint8)
        offset = np.array([x1 << SHIFT, y1 << SHIFT], np.int32)
        for polygon, colour in zip(drawing.polygons, drawing.colours):
            cv2.fillConvexPoly(rgb, polygon - offset, colour, cv2.LINE_8, SHIFT)
            cv2.fillConvexPoly(alpha, polygon - offset, 255, cv2.LINE_AA, SHIFT)
        # The anti-aliased rim reaches one pixel beyond the painted colours.
        rim = (alpha > 0) & ~rgb.any(axis=2)
        rgb[rim] = cv2.dilate(rgb, np.ones((3, 3), np.uint8))[rim]
        return Sprite(drawing.depth, x1, y1, rgb, alpha)

    @property
    def _where(self) -> tuple[slice, slice]:
        height, width = self.alpha.shape
        return np.s_[self.y : self.y + height, self.x : self.x + width]

    @cached_property
    def _weights(self) -> tuple[np.ndarray, np.ndarray]:
        own = self.alpha.astype(np.float32) / 255
        return own, 1 - own

    def paint(self, image: np.ndarray) -> None:
        target = image[self._where]
        target[...] = cv2.blendLinear(self.rgb, target, *self._weights)

    def stamp(self, ids: np.ndarray, identity: int) -> None:
        ids[self._where][self.alpha > 127] = identity


_ROUND = np.concatenate([np.linspace(0.5, 1.5, 7), np.linspace(1.5, 2.5, 7)]) * np.pi


def capsules(a: np.ndarray, b: np.ndarray, radius_a: np.ndarray, radius_b: np.ndarray) -> np.ndarray:
    """Outlines (n, 14, 2) of tapered capsules between pixels a and b (n, 2) with radii in pixels (n,)."""
    direction = np.arctan2(b[:, 1] - a[:, 1], b[:, 0] - a[:, 0])
    angles = direction[:, None] + _ROUND
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    outline = circle
    outline[:, :7] *= radius_a[:, None, None]
    outline[:, 7:] *= radius_b[:, None, None]
    outline[:, :7] += a[:, None]
    outline[:, 7:] += b[:, None]
    return outline


def hull(points: np.ndarray) -> np.ndarray:
    """Convex hull (m, 2) of pixels (n, 2)."""
    return cv2.convexHull(points.astype(np.float32).reshape(-1, 1, 2)).reshape(-1, 2)
