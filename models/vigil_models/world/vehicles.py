"""Cars, trucks, vans and bicycles."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from vigil_models.world.body import INDEX, placed, pose
from vigil_models.world.camera import NEAR, Camera
from vigil_models.world.canvas import Colour, Drawing, capsules, fixed, hull
from vigil_models.world.light import Light
from vigil_models.world.motion import Stance
from vigil_models.world.solids import BACK, FRONT, LEFT, RIGHT, Model, block

_PAINT = [(232, 232, 230), (190, 192, 196), (120, 124, 130), (30, 32, 36), (60, 62, 68), (150, 24, 28), (28, 58, 128), (70, 110, 150), (36, 84, 60), (196, 160, 60), (130, 96, 70), (220, 220, 214)]  # fmt: skip
_GLASS = (38, 46, 54)
_TYRE = (22, 22, 24)


def random_paint(rng: np.random.Generator) -> Colour:
    """A vehicle colour: mostly the white, grey, black of real traffic."""
    if rng.random() < 0.15:
        return tuple(float(c) for c in rng.integers(20, 235, 3))
    return tuple(float(np.clip(c + rng.normal(0, 10), 5, 250)) for c in _PAINT[rng.integers(len(_PAINT))])


def _rect(u1: float, u2: float, v1: float, v2: float) -> np.ndarray:
    return np.array([(u1, v1), (u2, v1), (u2, v2), (u1, v2)])


def _lamps(colour: Colour, v1: float = 0.55, v2: float = 0.8) -> list:
    return [(_rect(0.04, 0.24, v1, v2), colour), (_rect(0.76, 0.96, v1, v2), colour)]


def _wheels(model: Model, axles: tuple[float, ...], half: float, radius: float, hub: Colour) -> None:
    for side in (1, -1):
        for x in axles:
            model.disc(x, side * (half + 0.01), radius, radius, _TYRE, side)
            model.disc(x, side * (half + 0.02), radius, radius * 0.55, hub, side)


def car_model(rng: np.random.Generator) -> Model:
    """A saloon, hatchback or estate, about 4.3 m long."""
    paint = random_paint(rng)
    glass = tuple(c * rng.uniform(0.7, 2.2) for c in _GLASS)
    length, half, belt, roof = rng.uniform(3.6, 4.8), rng.uniform(0.82, 0.93), rng.uniform(0.82, 0.98), rng.uniform(1.38, 1.65)
    rear, nose = -length / 2, length / 2
    shape = rng.choice(["saloon", "hatch", "estate"])
    boot = {"saloon": 0.8, "hatch": 0.12, "estate": 0.1}[shape]
    bonnet = rng.uniform(0.85, 1.2)
    model = Model()
    night = (255, 244, 200)
    bumper = tuple(c * 0.75 for c in paint)
    model.solid(
        block(rear, nose, -half, half, 0.24, belt, top=(0.06, -0.08, 0.96)),
        paint,
        {
            FRONT: [(_rect(0, 1, 0, 0.3), bumper), (_rect(0.3, 0.7, 0.3, 0.62), (40, 42, 44)), *_lamps(night)],
            BACK: [(_rect(0, 1, 0, 0.3), bumper), (_rect(0.36, 0.64, 0.35, 0.55), (214, 208, 170)), *_lamps((170, 26, 24), 0.5, 0.86)],
            LEFT: [(_rect(0, 1, 0, 0.16), (44, 44, 46))],
            RIGHT: [(_rect(0, 1, 0, 0.16), (44, 44, 46))],
        },
    )
    _wheels(model, (rear + 0.75, nose - 0.8), half, rng.uniform(0.28, 0.34), tuple(rng.uniform(110, 190) * np.ones(3)))
    windows = [(_rect(0.09, 0.47, 0.16, 0.86), glass), (_rect(0.53, 0.91, 0.16, 0.86), glass)]
    model.solid(
        block(rear + boot, nose - bonnet, -half * 0.95, half * 0.95, belt, roof, top=(0.5 if shape == "saloon" else 0.28, -rng.uniform(0.5, 0.8), 0.82)),
        paint,
        {FRONT: [(_rect(0.06, 0.94, 0.08, 0.9), glass)], BACK: [(_rect(0.08, 0.92, 0.15, 0.88), glass)], LEFT: windows, RIGHT: windows},
    )
    return model


def truck_model(rng: np.random.Generator) -> Model:
    """A delivery van, a box truck or a flat-bed truck."""
    paint, box = random_paint(rng), random_paint(rng)
    glass = tuple(c * rng.uniform(0.7, 2.0) for c in _GLASS)
    model = Model()
    lamps, rear_lamps = _lamps((250, 240, 205), 0.14, 0.26), _lamps((160, 26, 24), 0.1, 0.2)
    kind = rng.choice(["van", "box", "flat"], p=[0.45, 0.4, 0.15])
    if kind == "van":
        length, half, tall = rng.uniform(4.8, 6.2), rng.uniform(0.95, 1.05), rng.uniform(2.1, 2.7)
        rear, nose = -length / 2, length / 2
        cab = [(_rect(0.74, 0.93, 0.5, 0.82), glass)]
        cab_right = cab
        cab_left = [(_rect(0.07, 0.26, 0.5, 0.82), glass)]
        model.solid(block(rear, nose - 0.7, -half, half, 0.3, tall, top=(0.03, -0.55, 0.9)), paint, {LEFT: cab_left, RIGHT: cab_right, FRONT: [(_rect(0.08, 0.92, 0.46, 0.88), glass)], BACK: [(_rect(0.1, 0.47, 0.55, 0.85), glass), (_rect(0.53, 0.9, 0.55, 0.85), glass), *rear_lamps]})  # fmt: skip
        model.solid(block(nose - 0.72, nose, -half * 0.97, half * 0.97, 0.3, 1.1, top=(0, -0.2, 0.92)), paint, {FRONT: [(_rect(0.28, 0.72, 0.3, 0.7), (40, 42, 44)), *_lamps((250, 240, 205))]})
        _wheels(model, (rear + 0.9, nose - 0.8), half, 0.36, (120, 120, 122))
        return model
    length, half, tall = rng.uniform(5.5, 8.5), rng.uniform(1.05, 1.25), rng.uniform(2.6, 3.5)
    rear, nose, bed = -length / 2, length / 2, 0.85
    stripe = [(_rect(0, 1, 0.35, rng.uniform(0.45, 0.75)), random_paint(rng))] if rng.random() < 0.5 else []
    cargo_top = tall if kind == "box" else bed + rng.uniform(0.4, 0.9)
    cargo = lambda: model.solid(block(rear, nose - 1.75, -half, half, bed, cargo_top), box, {LEFT: stripe, RIGHT: stripe, BACK: [(_rect(0.49, 0.51, 0, 1), (60, 60, 60)), *rear_lamps]})  # noqa: E731
    model.solid(block(rear + 0.1, nose - 0.4, -half * 0.8, half * 0.8, 0.45, bed), (46, 46, 48))
    _wheels(model, (rear + 0.9, rear + 1.9, nose - 0.9) if length > 7 else (rear + 1.2, nose - 0.9), half, 0.45, (120, 120, 122))
    cab_roof = min(rng.uniform(2.2, 2.8), tall)
    side = [(_rect(0.2, 0.8, 0.52, 0.86), glass)]
    cargo()
    model.solid(block(nose - 1.7, nose, -half * 0.97, half * 0.97, 0.45, cab_roof, top=(0.0, -0.25, 0.94)), paint, {LEFT: side, RIGHT: side, FRONT: [(_rect(0.06, 0.94, 0.5, 0.9), glass), *lamps]})
    return model


@dataclass
class Vehicle:
    """A car or truck driving straight at ``speed`` m/s (0 for parked); at t = 0 it is at x, y."""

    label: str
    model: Model
    x: float
    y: float
    heading: float
    speed: float = 0.0

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None:
        distance = self.speed * t
        return self.model.draw(camera, self.x + distance * math.cos(self.heading), self.y + distance * math.sin(self.heading), self.heading, light)


@dataclass
class Bicycle:
    """A bicycle; ridden when ``speed`` is not zero. `rider` gives the motion of who sits on it."""

    x: float
    y: float
    heading: float
    speed: float
    paint: Colour
    size: float = 1.0
    label: str = field(default="bicycle", init=False)

    def place(self, t: float) -> tuple[float, float]:
        distance = self.speed * t
        return self.x + distance * math.cos(self.heading), self.y + distance * math.sin(self.heading)

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None:
        x, y = self.place(t)
        points = placed(self._frame, x, y, self.heading)
        pixels, depth = camera.project(points)
        if depth.min() <= NEAR * 2:
            return None
        drawing = Drawing(float(depth.mean()) + 0.05)
        unit = camera.focal / depth.mean()
        tyre = max(0.035 * unit, 0.55)
        for first in (0, _RING):
            ring = pixels[first : first + _RING]
            following = np.roll(ring, -1, axis=0)
            width = np.full(_RING, tyre * 0.8)
            drawing.add_all(capsules(ring, following, width, width)[:, ::2], [light.on(_TYRE)] * _RING)
        tubes = pixels[2 * _RING :]
        a, b = tubes[_TUBES[:, 0]], tubes[_TUBES[:, 1]]
        width = np.full(len(a), max(0.028 * unit, 0.5))
        drawing.add_all(capsules(a, b, width, width)[:, ::2], [light.on(self.paint)] * len(a))
        seat = tubes[_SADDLE] + np.array([[-0.12, -0.02], [0.12, -0.02], [0.1, 0.05], [-0.1, 0.05]]) * unit
        drawing.add(seat, light.on((30, 28, 28)))
        drawing.cast = lambda: self._shadow(camera, points, light)
        return drawing

    @staticmethod
    def _shadow(camera: Camera, points: np.ndarray, light: Light) -> list[np.ndarray]:
        flat = points[: 2 * _RING].copy()
        flat[:, :2] += flat[:, 2:] * light.sun * light.directness
        flat[:, 2] = 0
        pixels = camera.project(flat)[0]
        return [fixed(hull(pixels[:_RING])), fixed(hull(pixels[_RING:]))]

    @cached_property
    def _frame(self) -> np.ndarray:
        angles = np.linspace(0, 2 * math.pi, _RING, endpoint=False)
        ring = np.stack([0.34 * np.cos(angles), np.zeros(_RING), 0.34 + 0.34 * np.sin(angles)], axis=-1)
        nodes = np.array([(-0.52, 0, 0.34), (0.52, 0, 0.34), (-0.05, 0, 0.30), (-0.2, 0, 0.86), (0.38, 0, 0.84), (0.36, 0.28, 0.98), (0.36, -0.28, 0.98), (-0.22, 0, 0.95)])
        return np.concatenate([ring + (-0.52, 0, 0), ring + (0.52, 0, 0), nodes]) * self.size


_RING = 12
_TUBES = np.array([(0, 2), (0, 3), (2, 3), (3, 4), (2, 4), (4, 1), (5, 6), (3, 7)])
_SADDLE = 7


@dataclass(frozen=True)
class Riding:
    """Motion of a person on a bicycle; the saddle carries the pelvis (`Person.pelvis`)."""

    bicycle: Bicycle
    cadence: float
    lean: float

    def at(self, t: float) -> Stance:
        x, y = self.bicycle.place(t)
        turn = 2 * math.pi * self.cadence * t if self.bicycle.speed else 0.8
        legs = {}
        for side, phase in (("l", 0.0), ("r", math.pi)):
            legs[f"hip_{side}"] = 0.95 + 0.42 * math.sin(turn + phase)
            legs[f"knee_{side}"] = 1.15 + 0.5 * math.sin(turn + phase - 0.35)
        vector = pose(lean=self.lean, arm_l=0.95, arm_r=0.95, elbow_l=0.15, elbow_r=0.15, out_l=0.2, out_r=0.2, head=-0.45, spread=0.03, **legs)
        vector[INDEX["twist"]] = 0.0
        behind = 0.22 * self.bicycle.size
        heading = self.bicycle.heading
        return Stance(vector, x - behind * math.cos(heading), y - behind * math.sin(heading), heading)
