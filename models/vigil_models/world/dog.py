"""Dogs: a barrel on four swinging legs, a head and a tail."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from vigil_models.world.body import placed
from vigil_models.world.camera import NEAR, Camera
from vigil_models.world.canvas import Colour, Drawing, capsules, fixed
from vigil_models.world.light import Light

_COATS = [(40, 34, 30), (24, 22, 22), (120, 84, 50), (176, 140, 96), (222, 210, 190), (92, 88, 84), (150, 110, 70), (70, 50, 34)]


@dataclass
class Dog:
    """A dog ``height`` metres tall at the shoulder; at t = 0 it is at x, y and moves at ``speed`` m/s."""

    x: float
    y: float
    heading: float
    speed: float
    height: float
    coat: Colour
    patch: Colour
    slim: float
    phase: float
    label: str = field(default="dog", init=False)

    @staticmethod
    def random(rng: np.random.Generator, x: float, y: float, heading: float, speed: float) -> "Dog":
        coat = tuple(float(np.clip(c + rng.normal(0, 10), 8, 245)) for c in _COATS[rng.integers(len(_COATS))])
        patch = coat if rng.random() < 0.55 else tuple(float(c) for c in _COATS[rng.integers(len(_COATS))])
        return Dog(x, y, heading, speed, rng.uniform(0.35, 0.72), coat, patch, rng.uniform(0.8, 1.25), rng.uniform(0, 1))

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None:
        distance = self.speed * t
        x, y = self.x + distance * math.cos(self.heading), self.y + distance * math.sin(self.heading)
        points = placed(self._points(t), x, y, self.heading)
        pixels, depth = camera.project(points)
        if depth.min() <= NEAR * 2:
            return None
        unit = camera.focal / depth * self.height
        ra = np.array([p[2] for p in _PARTS]) * unit[_PA] * self.slim
        rb = np.array([p[3] for p in _PARTS]) * unit[_PB] * self.slim
        outlines = capsules(pixels[_PA], pixels[_PB], ra, rb)
        drawing = Drawing(float(depth.mean()))
        reach = depth[_PA] + depth[_PB]
        order = sorted(range(len(_PARTS)), key=lambda i: -reach[i] - (0.3 * self.height if _PARTS[i][4] == "leg" else 0))
        shades = {"leg": 0.88, "ear": 0.7, "snout": 0.8}
        kinds = [_PARTS[i][4] for i in order]
        drawing.add_all(outlines[order], [light.on(self.patch if k in ("head", "ear") else self.coat, shades.get(k, 1.0)) for k in kinds])
        drawing.cast = lambda: self._shadow(camera, points, ra, rb, light)
        return drawing

    @staticmethod
    def _shadow(camera: Camera, points: np.ndarray, ra: np.ndarray, rb: np.ndarray, light: Light) -> list[np.ndarray]:
        flat = points.copy()
        flat[:, :2] += points[:, 2:] * light.sun * light.directness
        flat[:, 2] = 0
        pixels = camera.project(flat)[0]
        parts = [0, 1, 3, 7, 9, 11, 13]
        return list(fixed(capsules(pixels[_PA[parts]], pixels[_PB[parts]], 0.8 * ra[parts], 0.8 * rb[parts])))

    def _points(self, t: float) -> np.ndarray:
        h = self.height
        cycle = 2 * math.pi * (self.phase + self.speed * t / (1.3 * h + 0.25 * self.speed))
        swing = min(0.75, 0.35 + 0.12 * self.speed) if self.speed else 0.0
        bob = 0.03 * h * math.sin(2 * cycle) * (self.speed > 0)
        top = 0.86 * h + bob
        rump, chest, neck = (-0.62 * h, 0, top), (0.52 * h, 0, top - 0.02 * h), (0.62 * h, 0, top + 0.08 * h)
        nod = 0.05 * math.sin(cycle) * h
        head = (0.92 * h, 0, top + 0.42 * h + nod)
        snout = (1.25 * h, 0, top + 0.32 * h + nod)
        ear = (0.84 * h, 0, top + 0.58 * h + nod)
        wag = 0.18 * h * math.sin(9 * t + self.phase * 6)
        rows = [rump, chest, neck, head, snout, ear, (-0.7 * h, 0, top + 0.04 * h), (-1.02 * h, wag, top + 0.30 * h)]
        for at, side, offset in ((-0.55, 0.14, 0.0), (-0.55, -0.14, math.pi), (0.45, 0.14, math.pi * 0.9), (0.45, -0.14, -math.pi * 0.1)):
            angle = swing * math.sin(cycle + offset)
            fold = 0.22 * max(0.0, math.cos(cycle + offset)) * (self.speed > 0)
            rows.append((at * h, side * h, top - 0.15 * h))
            knee = (at * h + 0.42 * h * math.sin(angle), side * h, top - 0.15 * h - 0.36 * h)
            rows.append(knee)
            rows.append((at * h + 0.75 * h * math.sin(angle) - fold * h, side * h, max(0.03 * h, 0.02 * h + fold * h)))
        return np.array(rows)


_PARTS = [
    (0, 1, 0.20, 0.25, "body"), (1, 2, 0.22, 0.15, "body"), (2, 3, 0.15, 0.12, "body"), (3, 3, 0.16, 0.16, "head"), (3, 4, 0.11, 0.06, "snout"),
    (3, 5, 0.10, 0.04, "ear"), (6, 7, 0.05, 0.03, "tail"),
    *[part for first in (8, 11, 14, 17) for part in ((first, first + 1, 0.10, 0.06, "leg"), (first + 1, first + 2, 0.06, 0.045, "leg"))],
]  # fmt: skip
_PA = np.array([p[0] for p in _PARTS])
_PB = np.array([p[1] for p in _PARTS])
