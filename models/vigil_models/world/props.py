"""Things without a label: street furniture, plants, seats, walls, and what people carry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable

import cv2
import numpy as np

from vigil_models.world.background import texture
from vigil_models.world.body import J
from vigil_models.world.camera import Camera
from vigil_models.world.canvas import Colour, Drawing, Sprite, capsules, fixed
from vigil_models.world.light import Light
from vigil_models.world.solids import LEFT, RIGHT, Model, block


@dataclass
class Prop:
    """A model standing at a ground point; ``behind`` metres are added to its depth when things are sorted."""

    model: Model
    x: float
    y: float
    heading: float = 0.0
    z: float = 0.0
    behind: float = 0.0

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None:
        drawing = self.model.draw(camera, self.x, self.y, self.heading, light, self.z)
        if drawing is not None:
            drawing.depth += self.behind
        return drawing


@dataclass
class Posts:
    """Round bars between world points: poles, lamp posts, tripods, railings, trunks, with optional flat signs."""

    bars: list[tuple[tuple[float, float, float], tuple[float, float, float], float]]
    colour: Colour
    x: float
    y: float
    signs: list[tuple[float, float, float, float, Colour]]

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None:
        base = np.array([self.x, self.y, 0.0])
        ends = np.array([[a, b] for a, b, _ in self.bars], dtype=float) + base
        pixels, depth = camera.project(ends.reshape(-1, 3))
        if depth.min() < 0.9:
            return None
        pixels, depth = pixels.reshape(-1, 2, 2), depth.reshape(-1, 2)
        radius = np.array([r for *_, r in self.bars])
        drawing = Drawing(float(camera.depth(base[None])[0]))
        outlines = capsules(pixels[:, 0], pixels[:, 1], radius * camera.focal / depth[:, 0], radius * camera.focal / depth[:, 1])
        glints = capsules(pixels[:, 0] + light.glint[0] * 0.3, pixels[:, 1] + light.glint[0] * 0.3, radius * 0.4 * camera.focal / depth[:, 0], radius * 0.4 * camera.focal / depth[:, 1])  # fmt: skip
        for outline, glint in zip(outlines, glints):
            drawing.add(outline, light.on(self.colour))
            drawing.add(glint, tuple(min(255.0, c * 1.2 + 8) for c in self.colour))
        for x, z, width, height, colour in self.signs:
            corners = base + np.array([(x - width / 2, -0.06, z), (x + width / 2, -0.06, z), (x + width / 2, -0.06, z + height), (x - width / 2, -0.06, z + height)])
            face = camera.project(corners)[0]
            drawing.add(face, light.on(colour))
            inner = face.mean(axis=0) + (face - face.mean(axis=0)) * (0.7, 0.12)
            drawing.add(inner, light.on((240, 240, 236) if sum(colour) < 400 else (60, 60, 60)))
        drawing.cast = lambda: self._shadow(camera, ends, radius * camera.focal / depth[:, 0], light)
        return drawing

    @staticmethod
    def _shadow(camera: Camera, ends: np.ndarray, width: np.ndarray, light: Light) -> list[np.ndarray]:
        ground = ends.copy()
        ground[..., :2] += ends[..., 2:] * light.sun * light.directness
        ground[..., 2] = 0
        pixels = camera.project(ground.reshape(-1, 3))[0].reshape(-1, 2, 2)
        return list(fixed(capsules(pixels[:, 0], pixels[:, 1], 0.8 * width, 0.8 * width)))


def random_posts(rng: np.random.Generator, x: float, y: float) -> Posts:
    """A lamp post, sign post, tripod, bollard row, railing or tree trunk."""
    grey = tuple(float(c) for c in rng.uniform(40, 190) * np.ones(3) + rng.normal(0, 8, 3))
    kind = rng.choice(["lamp", "sign", "tripod", "bollards", "railing", "trunk"])
    if kind == "lamp":
        tall, reach = rng.uniform(3.5, 7), rng.choice([-1, 1]) * rng.uniform(0.3, 1.2)
        return Posts([((0, 0, 0), (0, 0, tall), rng.uniform(0.05, 0.1)), ((0, 0, tall), (reach, 0, tall + 0.25), 0.04)], grey, x, y, [])
    if kind == "sign":
        tall = rng.uniform(2.0, 3.0)
        colour = tuple(float(c) for c in [(30, 90, 170), (200, 36, 36), (40, 150, 140), (240, 200, 60), (230, 230, 230)][rng.integers(5)])
        return Posts([((0, 0, 0), (0, 0, tall), 0.04)], grey, x, y, [(0.0, tall - 0.8, rng.uniform(0.4, 0.9), rng.uniform(0.4, 0.8), colour)])
    if kind == "tripod":
        legs = [((0.45 * math.cos(a), 0.45 * math.sin(a), 0), (0, 0, 1.2), 0.02) for a in (0.4, 2.5, 4.6)]
        return Posts([*legs, ((0, 0, 1.1), (0, 0, rng.uniform(1.4, 1.8)), 0.03), ((-0.06, 0, 1.5), (0.08, 0, 1.5), 0.07)], (34, 34, 36), x, y, [])
    if kind == "bollards":
        gap, turn = rng.uniform(0.9, 1.8), rng.uniform(-0.6, 0.6)
        return Posts([((i * gap, i * gap * turn, 0), (i * gap, i * gap * turn, 0.9), 0.07) for i in range(rng.integers(1, 6))], grey, x, y, [])
    if kind == "railing":
        length, top = rng.uniform(1.5, 5), rng.uniform(0.8, 1.1)
        uprights = [((length * i / 4, 0, 0), (length * i / 4, 0, top), 0.025) for i in range(5)]
        return Posts([*uprights, ((0, 0, top), (length, 0, top), 0.03), ((0, 0, top / 2), (length, 0, top / 2), 0.025)], grey, x, y, [])
    brown = tuple(float(c) for c in np.array((86, 66, 50)) * rng.uniform(0.6, 1.4))
    return Posts([((0, 0, 0), (rng.normal(0, 0.2), 0, rng.uniform(3, 6)), rng.uniform(0.1, 0.25)), ((0, 0, 2.2), (0.9, 0, 4.2), 0.07), ((0, 0, 2.6), (-1, 0, 4.4), 0.06)], brown, x, y, [])


def bush(rng: np.random.Generator, camera: Camera, x: float, y: float, light: Light) -> Sprite | None:
    """A leafy bush or tree crown, painted as a noisy blob."""
    width, tall, base = rng.uniform(0.6, 2.4), rng.uniform(0.5, 1.8), 0.0
    if rng.random() < 0.25:
        base, width, tall = rng.uniform(1.6, 2.6), rng.uniform(1.5, 4.0), rng.uniform(1.5, 3.5)
    centre = np.array([[x, y, base + tall / 2], [x, y, base]])
    pixels, depth = camera.project(centre)
    if depth.min() < 1.5:
        return None
    unit = camera.focal / depth[0]
    x1, x2 = np.clip(pixels[0, 0] + np.array([-0.7, 0.7]) * width * unit, 0, camera.width).astype(int)
    y1, y2 = np.clip(pixels[0, 1] + np.array([-0.7, 0.7]) * tall * unit, 0, camera.height_px).astype(int)
    if x2 - x1 < 2 or y2 - y1 < 2:
        return None
    rows, columns = np.mgrid[y1:y2, x1:x2].astype(np.float32)
    u, v = (columns - float(pixels[0, 0])) / float(unit), (rows - float(pixels[0, 1])) / float(unit)
    shift = rng.uniform(0, 40)
    rough = texture(2, u + shift, v, 3.0) * 0.14 + texture(4, u, v + shift, 1.5) * 0.08
    inside = (u / (width / 2)) ** 2 + (v / (tall / 2)) ** 2 + rough * 2.2 < 1
    green = np.array((60, 88, 44)) + rng.normal(0, 14) + rng.normal(0, 10, 3)
    leaves = texture(3, u + shift, v, 1.6) * 0.22 + texture(5, u, v, 1.0) * 0.14 / (1 + 20 / unit)
    shade = (1 + leaves - 0.35 * v / tall + 0.1 * light.glint[0] * u / width)[..., None]
    rgb = np.clip(np.maximum(green, 12) * shade, 0, 255).astype(np.uint8)
    alpha = cv2.GaussianBlur(inside.astype(np.uint8) * 255, (0, 0), 0.6)
    return Sprite(float(depth[1]), x1, y1, rgb, alpha)


def random_solid(rng: np.random.Generator) -> Model:
    """A bin, crate, planter, kiosk, barrier, traffic cone, bench or low wall."""
    colour = tuple(float(c) for c in rng.integers(30, 220, 3) * 0.6 + rng.uniform(10, 70))
    kind = rng.choice(["bin", "crate", "kiosk", "barrier", "cone", "bench", "wall"], p=[0.2, 0.2, 0.08, 0.14, 0.12, 0.14, 0.12])
    if kind == "bin":
        return Model().solid(block(-0.25, 0.25, -0.25, 0.25, 0, rng.uniform(0.7, 1.1), top=(-0.04, 0.04, 1.1)), colour)
    if kind == "crate":
        a, b, c = rng.uniform(0.2, 0.6, 3)
        return Model().solid(block(-a, a, -b, b, 0, 1.3 * c), colour)
    if kind == "kiosk":
        shade = (40.0, 46.0, 54.0)
        window = [(np.array([(0.15, 0.45), (0.85, 0.45), (0.85, 0.85), (0.15, 0.85)]), shade)]
        return Model().solid(block(-0.9, 0.9, -0.7, 0.7, 0, 2.4), colour, {LEFT: window, RIGHT: window})
    if kind == "barrier":
        stripe = [(np.array([(u, 0.1), (u + 0.1, 0.1), (u + 0.1, 0.9), (u, 0.9)]), (220.0, 60.0, 40.0)) for u in (0.05, 0.25, 0.45, 0.65, 0.85)]
        return Model().solid(block(-1.0, 1.0, -0.05, 0.05, 0.5, 0.85), (236.0, 236.0, 230.0), {LEFT: stripe, RIGHT: stripe})
    if kind == "cone":
        return Model().solid(block(-0.18, 0.18, -0.18, 0.18, 0, 0.7, top=(0.13, -0.13, 0.25)), (226.0, 96.0, 34.0))
    if kind == "bench":
        return bench(colour)
    length = rng.uniform(0.8, 3.0)
    return Model().solid(block(-length, length, -0.15, 0.15, 0, rng.uniform(0.4, 1.1)), colour)


def bench(colour: Colour, seat: float = 0.46) -> Model:
    """A bench with its back to -x."""
    dark = tuple(c * 0.6 for c in colour)
    model = Model()
    model.solid(block(-0.2, 0.2, -0.75, -0.68, 0, seat), dark).solid(block(-0.2, 0.2, 0.68, 0.75, 0, seat), dark)
    model.solid(block(-0.24, 0.24, -0.8, 0.8, seat - 0.05, seat), colour)
    return model.solid(block(-0.28, -0.23, -0.8, 0.8, seat, seat + 0.4), colour)


def stool(colour: Colour, seat: float, back: bool) -> Model:
    """A chair whose seat is ``seat`` metres high, with or without a back (at -x)."""
    dark = tuple(c * 0.7 for c in colour)
    model = Model()
    for x in (-0.2, 0.16):
        for y in (-0.2, 0.16):
            model.solid(block(x, x + 0.04, y, y + 0.04, 0, seat - 0.04), dark)
    if back:
        model.solid(block(-0.24, -0.19, -0.22, 0.22, seat, seat + 0.45), colour)
    return model.solid(block(-0.23, 0.23, -0.23, 0.23, seat - 0.05, seat), colour)


@dataclass
class Carried:
    """A case, bag or box that is either in a hand or standing where it was put.

    ``rest(t)`` is the point (x, y, z of its underside) where it stands at time t, None while it is held. Whoever
    carries it draws it while it is held; the scene draws it otherwise.
    """

    size: tuple[float, float, float]
    colour: Colour
    rest: Callable[[float], tuple[float, float, float] | None]
    both_hands: bool = False

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None:
        place = self.rest(t)
        if place is None:
            return None
        x, y, z = place
        drawing = self._model.draw(camera, x, y, 0.3, light, z)
        if drawing is not None:
            # What stands on a support is painted after it.
            drawing.depth -= 0.3
        return drawing

    def draw_held(self, drawing: Drawing, camera: Camera, points: np.ndarray, t: float, heading: float, light: Light) -> None:
        """Adds the thing to its carrier's drawing, hanging from the right hand or between both hands."""
        if self.rest(t) is not None:
            return
        grip = points[[J["hand_l"], J["hand_r"]]].mean(axis=0) if self.both_hands else points[J["hand_r"]]
        own = self._model.draw(camera, grip[0], grip[1], heading, light, grip[2] - self.size[2])
        if own is not None:
            behind = own.depth > drawing.depth + 0.15
            where = 0 if behind else len(drawing.polygons)
            drawing.polygons[where:where] = own.polygons
            drawing.colours[where:where] = own.colours

    @property
    def _model(self) -> Model:
        a, b, c = self.size
        band = [(np.array([(0.42, 0), (0.58, 0), (0.58, 1), (0.42, 1)]), tuple(k * 0.6 for k in self.colour))]
        return Model().solid(block(-a / 2, a / 2, -b / 2, b / 2, 0, c), self.colour, {LEFT: band, RIGHT: band})


def wall_with_opening(
    rng: np.random.Generator, camera: Camera, y: float, left: float, right: float, height: float, opening: tuple[float, float, float]
) -> Sprite | None:
    """An upright wall at depth y from x = left to right, pierced by ``opening`` (left, right, top)."""
    rays = camera.rays()
    dy = np.maximum(rays[..., 1], 1e-3)
    x, z = rays[..., 0] * y / dy, camera.height + rays[..., 2] * y / dy
    inside = (x > left) & (x < right) & (z > 0) & (z < height)
    a, b, top = opening
    inside &= ~((x > a) & (x < b) & (z < top))
    base = np.array([(176, 168, 152), (150, 104, 82), (120, 124, 128), (206, 202, 190), (90, 104, 96)][rng.integers(5)]) + rng.normal(0, 14)
    reach = y / camera.focal
    rgb = base * (1 + 0.04 * texture(3, x, z, 3.0) + 0.05 * texture(0, x, z, 9.0))[..., None]
    if rng.random() < 0.4:
        course = (np.mod(z, 0.16) < max(0.03, reach)) | (np.mod(x + 0.2 * np.floor(z / 0.16), 0.42) < max(0.02, reach))
        rgb *= (1 - 0.16 * course * min(1.0, 0.04 / reach))[..., None]
    frame = (x > a - 0.09) & (x < b + 0.09) & (z < top + 0.09)
    rgb = np.where(frame[..., None], np.asarray(rng.integers(30, 230, 3), np.float64), rgb)
    rgb *= np.where(z < 0.12, 0.75, 1.0)[..., None]
    alpha = cv2.GaussianBlur(inside.astype(np.uint8) * 255, (3, 3), 0.5)
    depth = float(camera.depth(np.array([[(a + b) / 2, y, 0.0]]))[0])
    return Sprite.from_layer(depth, np.clip(rgb, 0, 255).astype(np.uint8), alpha)
