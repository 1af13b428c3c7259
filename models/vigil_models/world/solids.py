"""Convex six-sided solids, of which vehicles, furniture and small props are built."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from vigil_models.world.body import placed
from vigil_models.world.camera import NEAR, Camera
from vigil_models.world.canvas import Colour, Drawing, fixed, hull
from vigil_models.world.light import Light

_FACES = ((0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7), (4, 5, 6, 7))
FRONT, LEFT, BACK, RIGHT, TOP = 1, 2, 3, 0, 4
"""Indices of the faces of `block`: front looks along +x."""


def block(x1: float, x2: float, y1: float, y2: float, z1: float, z2: float, *, top: tuple[float, float, float] = (0, 0, 1)) -> np.ndarray:
    """Corners (8, 3) of a box, its top edge moved by ``top``: back end forward, front end forward, width factor."""
    middle = (y1 + y2) / 2
    narrow = lambda y: middle + (y - middle) * top[2]  # noqa: E731
    return np.array([
        (x1, y1, z1), (x2, y1, z1), (x2, y2, z1), (x1, y2, z1),
        (x1 + top[0], narrow(y1), z2), (x2 + top[1], narrow(y1), z2), (x2 + top[1], narrow(y2), z2), (x1 + top[0], narrow(y2), z2),
    ], dtype=float)  # fmt: skip


class Model:
    """Body-frame solids and flat patches, drawn in order; each solid face may carry patches (windows, lights)."""

    def __init__(self) -> None:
        self._corners: list[np.ndarray] = []
        self._faces: list[tuple[int, int, Colour]] = []
        self._count = 0

    def solid(self, corners: np.ndarray, colour: Colour, patches: dict[int, list[tuple[np.ndarray, Colour]]] | None = None) -> "Model":
        """Adds a solid; ``patches`` maps a face index to polygons (n, 2) in the face's unit square with colours."""
        for number, face in enumerate(_FACES):
            self._add(corners[list(face)], colour)
            for unit, patch_colour in (patches or {}).get(number, []):
                a, b, c, d = corners[list(face)]
                u, v = unit[:, :1], unit[:, 1:]
                self._add((1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * d + u * c), patch_colour)
        return self

    def disc(self, x: float, y: float, z: float, radius: float, colour: Colour, outward: float) -> "Model":
        """Adds an upright disc in the plane y, seen from the side ``outward`` (+1 left, -1 right)."""
        angles = np.linspace(0, 2 * math.pi, 14, endpoint=False) * -outward
        ring = np.stack([x + radius * np.cos(angles), np.full(14, y), z + radius * np.sin(angles)], axis=-1)
        return self._add(ring, colour)

    def _add(self, corners: np.ndarray, colour: Colour) -> "Model":
        self._corners.append(corners)
        self._faces.append((self._count, len(corners), colour))
        self._count += len(corners)
        return self

    @cached_property
    def _points(self) -> np.ndarray:
        return np.concatenate(self._corners)

    @cached_property
    def _first(self) -> np.ndarray:
        return np.array([start for start, *_ in self._faces])

    def draw(self, camera: Camera, x: float, y: float, heading: float, light: Light, z: float = 0.0) -> Drawing | None:
        """The model at a ground point, or None when it reaches behind the camera."""
        points = placed(self._points, x, y, heading)
        points[:, 2] += z
        pixels, depth = camera.project(points)
        if depth.min() <= NEAR * 2:
            return None
        centre = np.array([[x, y, z]])
        drawing = Drawing(float(camera.depth(centre)[0]))
        first = self._first
        a, b, c = pixels[first], pixels[first + 1], pixels[first + 2]
        turn = (b[:, 0] - a[:, 0]) * (c[:, 1] - b[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - b[:, 0])
        normals = np.cross(points[first + 1] - points[first], points[first + 2] - points[first + 1])
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
        shades = light.facing(normals)
        corners = fixed(pixels)
        for i in np.flatnonzero(turn < 0):
            start, count, colour = self._faces[i]
            drawing.polygons.append(corners[start : start + count])
            drawing.colours.append(light.on(colour, shades[i]))
        if not drawing.polygons:
            return None
        drawing.cast = lambda: [fixed(hull(_on_ground(camera, points, z, light)))]
        return drawing


def _on_ground(camera: Camera, points: np.ndarray, z: float, light: Light) -> np.ndarray:
    flat = points.copy()
    flat[:, :2] += (points[:, 2:] - z) * light.sun * light.directness
    flat[:, 2] = z
    return camera.project(flat)[0]
