"""Procedural backgrounds: streets, yards, rooms and plain clutter, painted once per scene.

Every pixel's ray is intersected with the ground, a back wall and (indoors) two side walls; the surface hit is
coloured from a bank of tileable noise, so textures follow the perspective.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable

import cv2
import numpy as np

from vigil_models.world.camera import Camera

_TILE = 256


@lru_cache(maxsize=1)
def noise_bank() -> np.ndarray:
    """Tileable fractal noise (6, 256, 256) float32 with zero mean and unit deviation; coarse to fine."""
    rng = np.random.default_rng(20)
    bank = []
    for roughness in (2.6, 2.2, 1.8, 1.4, 1.0, 0.6):
        frequency = np.hypot(np.fft.fftfreq(_TILE)[:, None], np.fft.rfftfreq(_TILE)[None])
        frequency[0, 0] = 1
        spectrum = np.fft.rfft2(rng.standard_normal((_TILE, _TILE))) / frequency ** (roughness / 2 + 0.2)
        spectrum[0, 0] = 0
        field = np.fft.irfft2(spectrum, (_TILE, _TILE))
        bank.append((field / field.std()).astype(np.float32))
    return np.stack(bank)


def texture(layer: int, u: np.ndarray, v: np.ndarray, metres: float) -> np.ndarray:
    """Noise of ``layer`` at surface coordinates u, v (metres); one tile spans ``metres``."""
    scale = np.float32(_TILE / metres)
    return cv2.remap(noise_bank()[layer], u * scale, v * scale, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


@dataclass(frozen=True)
class Road:
    """A straight road on the ground: its axis passes (x, y) in the direction ``heading``; widths in metres."""

    x: float
    y: float
    heading: float
    width: float

    def across(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Signed distance from the axis in metres."""
        return (y - self.y) * math.cos(self.heading) - (x - self.x) * math.sin(self.heading)

    def along(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Distance along the axis in metres."""
        return (x - self.x) * math.cos(self.heading) + (y - self.y) * math.sin(self.heading)


@dataclass
class Background:
    """A painted backdrop (rows, columns, 3) uint8 and the layout that actors obey."""

    image: np.ndarray
    kind: str
    wall: float
    road: Road | None = None


_GROUND = {
    "asphalt": ((98, 98, 100), 20, 6.0, 4, 0.06),
    "worn asphalt": ((150, 148, 144), 16, 9.0, 3, 0.07),
    "pavement": ((158, 152, 144), 16, 5.0, 3, 0.06),
    "grass": ((74, 104, 46), 24, 3.0, 4, 0.17),
    "dry grass": ((136, 126, 78), 20, 3.5, 4, 0.15),
    "gravel": ((140, 130, 116), 16, 1.8, 5, 0.13),
    "earth": ((112, 88, 64), 18, 7.0, 3, 0.10),
    "snow": ((222, 226, 232), 12, 8.0, 2, 0.04),
}
_FLOORS = {
    "tiles": ((176, 170, 160), 30, 4.0, 2, 0.03),
    "wood": ((150, 108, 70), 26, 6.0, 3, 0.06),
    "carpet": ((110, 100, 112), 40, 1.5, 5, 0.09),
    "concrete": ((140, 140, 138), 20, 8.0, 2, 0.07),
}


def _tint(rng: np.random.Generator, base: tuple[float, float, float], spread: float) -> np.ndarray:
    """A colour (3,) float32 near ``base``: its brightness varies by ``spread``, its hue by half of that."""
    return np.maximum(np.asarray(base) + rng.normal(0, 0.6 * spread) + rng.normal(0, 0.3 * spread, 3), 12).astype(np.float32)


def _fill(image: np.ndarray, where: np.ndarray, colour: np.ndarray | Callable[[tuple[slice, slice]], np.ndarray]) -> None:
    """Writes a colour, or what ``colour`` returns for a window of the picture, into the pixels ``where``."""
    x, y, width, height = cv2.boundingRect(where.astype(np.uint8))
    if width == 0:
        return
    cut = np.s_[y : y + height, x : x + width]
    np.copyto(image[cut], colour(cut) if callable(colour) else colour, where=where[cut][..., None])


def _surface(rng: np.random.Generator, name: str, table: dict, u: np.ndarray, v: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Colours (rows, columns, 3) of a named surface; ``reach`` is metres per pixel, which fades fine grain."""
    base, spread, metres, layer, amount = table[name]
    colour = _tint(rng, base, spread)
    du, dv = rng.uniform(0, 50, 2).tolist()
    amount *= rng.uniform(0.6, 1.5)
    grain = texture(layer, u + du, v + dv, metres * rng.uniform(0.7, 1.4)) / (1 + (reach * (40 / metres)) ** 2)
    stains = texture(0, u + dv, v + du, rng.uniform(15, 40))
    shade = 1 + amount * grain + rng.uniform(0.02, 0.10) * stains
    return colour * shade[..., None]


def _joints(rng: np.random.Generator, colour: np.ndarray, u: np.ndarray, v: np.ndarray, reach: np.ndarray, size: float) -> None:
    """Darkens the joints between slabs of ``size`` metres, in place, where they are wide enough to be seen."""
    width = np.maximum(0.02, reach)
    line = (np.mod(u, size) < width) | (np.mod(v, size * rng.choice([1.0, 2.0])) < width)
    strength = rng.uniform(0.08, 0.3) * np.clip(1.5 - reach / (0.12 * size), 0, 1)
    colour *= (1 - line * strength)[..., None]


def _facade(rng: np.random.Generator, x: np.ndarray, z: np.ndarray, reach: np.ndarray, night: bool) -> np.ndarray:
    """Colours of a house front over (x, z): plaster, brick or concrete, with windows."""
    colour = _tint(rng, [(150, 104, 82), (186, 176, 160), (128, 126, 124), (206, 196, 172), (112, 84, 70), (160, 164, 168)][rng.integers(6)], 26)
    grain = texture(3, x + rng.uniform(0, 50), z, 5.0) / (1 + (reach * 10) ** 2)
    wall = colour * (1 + 0.05 * grain + 0.04 * texture(0, x, z, 24.0))[..., None]
    if rng.random() < 0.4:
        course = np.mod(z, 0.16) < np.maximum(0.03, reach)
        wall *= (1 - 0.12 * course * np.clip(1.4 - reach / 0.06, 0, 1))[..., None]
    pitch_x, pitch_z = rng.uniform(1.6, 4.5), rng.uniform(2.6, 3.6)
    wide, tall = rng.uniform(0.35, 0.8) * pitch_x, rng.uniform(0.35, 0.6) * pitch_z
    sill = rng.uniform(0.7, 1.2)
    offset = rng.uniform(0, pitch_x)
    u, w = np.mod(x + offset, pitch_x), np.mod(z, pitch_z) - sill
    frame = (u < wide) & (w > 0) & (w < tall)
    border = rng.uniform(0.05, 0.12)
    glass = (u > border) & (u < wide - border) & (w > border) & (w < tall - border)
    column, row = np.floor((x + offset) / pitch_x), np.floor(z / pitch_z)
    chance = np.mod(np.sin(column * 12.9 + row * 78.2 + offset) * 43758.5, 1.0)
    dark = np.asarray((44, 52, 62), np.float32) * np.float32(rng.uniform(0.6, 1.8))
    lit = np.asarray((250, 220, 150), np.float32)
    _fill(wall, frame, colour * np.float32(rng.choice([0.6, 1.35])))
    _fill(wall, glass, lambda cut: dark * (0.7 + 0.7 * chance[cut][..., None]))
    _fill(wall, glass & (chance < (0.35 if night else 0.06)), lit)
    return wall


def _hedge(rng: np.random.Generator, x: np.ndarray, z: np.ndarray, reach: np.ndarray) -> np.ndarray:
    green = _tint(rng, (58, 84, 42), 24)
    leaves = texture(3, x, z, 4.0) + 0.6 * texture(4, x, z, 2.0) / (1 + (reach * 20) ** 2)
    return green * (1 + 0.22 * leaves)[..., None]


def paint(rng: np.random.Generator, camera: Camera, indoors: bool, wall: float, night: bool, road: Road | bool) -> Background:
    """Paints a street or yard, or a room when ``indoors``, with a back wall ``wall`` metres away.

    ``road`` is a given road, or whether there is one anywhere.
    """
    rays = camera.rays()
    dx, dy, dz = rays[..., 0], np.maximum(rays[..., 1], 1e-3), rays[..., 2]
    to_ground = np.where(dz < -1e-4, camera.height / np.maximum(-dz, 1e-4), np.float32(1e6))
    to_wall = wall / dy
    distance = np.minimum(to_ground, to_wall)
    reach = np.minimum(distance / camera.focal, 5.0)
    gx, gy = np.clip(dx * to_ground, -400, 400), np.clip(dy * to_ground, 0, 400)
    wx, wz = np.clip(dx * to_wall, -400, 400), np.clip(camera.height + dz * to_wall, -5, 200)
    on_ground = to_ground < to_wall
    layout = None
    if indoors:
        image = _room(rng, camera, dx, dy, dz, gx, gy, wx, wz, on_ground, to_ground, to_wall, reach)
    else:
        image, layout = _outdoors(rng, gx, gy, wx, wz, on_ground, reach, wall, night, road)
    image = np.clip(image, 0, 255).astype(np.uint8)
    _clutter(rng, camera, image, wall, indoors)
    return Background(image, "room" if indoors else "street", wall, layout)


def _outdoors(rng, gx, gy, wx, wz, on_ground, reach, wall, night, road):
    image = np.empty((*gx.shape, 3), np.float32)
    _backdrop(rng, image, ~on_ground, wx, wz, reach, night)
    footprint = reach * np.clip(gy / 3.0, 1, 6)

    def ground(name: str):
        return lambda cut: _surface(rng, name, _GROUND, gx[cut], gy[cut], footprint[cut])

    weights = np.array([0.2, 0.18, 0.22, 0.16, 0.06, 0.08, 0.06, 0.04])
    first, second = rng.choice(list(_GROUND), 2, p=weights)
    heading = float(rng.uniform(-0.5, 0.5) if rng.random() < 0.7 else rng.uniform(-1.6, 1.6))
    _fill(image, on_ground, ground(first))
    if first == "pavement":
        slab = rng.uniform(0.4, 1.2)
        below = np.s_[int(np.argmax(on_ground.any(axis=1))) :]
        _joints(rng, image[below], gx[below], gy[below], footprint[below], slab)
    region = Road(rng.normal(0, 2), wall * rng.uniform(0.25, 0.9), heading + rng.normal(0, 0.5), 1.0)
    wobble = rng.uniform(0, 1.2) * texture(0, gx, gy, 30)
    _fill(image, on_ground & (region.across(gx, gy) + wobble > 0), ground(second))
    if not road:
        return image, None
    if not isinstance(road, Road):
        road = Road(rng.normal(0, 2), wall * rng.uniform(0.35, 0.8), heading, rng.uniform(5.5, 9.0))
    across, along = road.across(gx, gy), road.along(gx, gy)
    half = road.width / 2
    _fill(image, on_ground & (np.abs(across) < half + 0.25), np.float32(rng.uniform(110, 190)))
    _fill(image, on_ground & (np.abs(across) < half), ground("asphalt" if rng.random() < 0.7 else "worn asphalt"))
    stroke = np.maximum(0.12, footprint * 0.7)
    marks = np.abs(across) < stroke / 2
    if rng.random() < 0.7:
        marks &= np.mod(along, 6.0) < 3.0
    if rng.random() < 0.4:
        marks |= np.abs(np.abs(across) - half + 0.35) < stroke / 2
    if rng.random() < 0.25:
        marks |= (np.abs(along - rng.uniform(-4, 4)) < 1.6) & (np.mod(across, 1.0) < 0.5) & (np.abs(across) < half)
    white = rng.uniform(170, 235)
    _fill(image, marks & on_ground, lambda cut: white * (1 - 0.3 * (texture(2, gx[cut], gy[cut], 5.0) > 0.5)[..., None]))
    return image, road


def _backdrop(rng, image, where, wx, wz, reach, night) -> None:
    """Sky, trees and houses above the ground, in place."""
    sky = np.asarray([(190, 206, 226), (206, 208, 212), (150, 178, 214), (230, 214, 196)][rng.integers(4)], np.float32)
    if night:
        sky = np.asarray((46, 46, 62), np.float32) * np.float32(rng.uniform(0.5, 1.6))
    haze = np.clip(1.25 - wz / 60, 0.75, 1.25)
    _fill(image, where, lambda cut: sky * (haze[cut] * (1 + 0.05 * texture(1, wx[cut], wz[cut], 90)))[..., None])
    top = rng.uniform(4, 14) + 0.9 * texture(1, wx, 0 * wx, 60.0)
    trees = np.float32(rng.uniform(0.7, 1.2))
    _fill(image, where & (wz < top), lambda cut: _hedge(rng, wx[cut], wz[cut], reach[cut]) * trees)
    edge = -60.0
    while edge < 60:
        width, height = rng.uniform(6, 28), rng.uniform(3, 22)
        if rng.random() < 0.72:
            house = where & (wx > edge) & (wx < edge + width) & (wz < height)
            _fill(image, house, lambda cut: _facade(rng, wx[cut] - edge, wz[cut], reach[cut], night))
        edge += width + rng.uniform(0, 6)
    if rng.random() < 0.4:
        strip = where & (wz < rng.uniform(0.5, 2.2))
        if rng.random() < 0.6:
            _fill(image, strip, lambda cut: _hedge(rng, wx[cut], wz[cut], reach[cut]))
        else:
            _fill(image, strip, lambda cut: _facade(rng, wx[cut], wz[cut] + 40, reach[cut], False))
    foot = where & (wz < 0.5)
    image[foot] *= (0.7 + 0.6 * np.clip(wz[foot], 0, 0.5))[:, None]


def _room(rng, camera, dx, dy, dz, gx, gy, wx, wz, on_ground, to_ground, to_wall, reach):
    left, right, ceiling = -rng.uniform(2.5, 7), rng.uniform(2.5, 7), rng.uniform(2.6, 4.0)
    to_side = np.where(dx > 1e-4, np.float32(right), np.float32(left)) / np.where(np.abs(dx) > 1e-4, dx, np.float32(1e-4))
    to_side = np.where(to_side > 0, to_side, np.float32(1e6))
    to_ceiling = np.where(dz > 1e-4, (ceiling - camera.height) / np.maximum(dz, 1e-4), np.float32(1e6)) if camera.height < ceiling else np.full_like(dx, 1e6)
    kind = str(rng.choice(list(_FLOORS)))
    floor = _surface(rng, kind, _FLOORS, gx, gy, reach)
    if kind == "tiles":
        _joints(rng, floor, gx, gy, reach, rng.uniform(0.3, 0.8))
    if kind == "wood":
        _joints(rng, floor, gx * 0.25, gy, reach, 0.14)
    wall_colour = np.asarray(rng.integers(110, 235, 3), np.float32) * 0.4 + np.float32(rng.uniform(70, 140))
    back = wall_colour * (1 + 0.02 * texture(1, wx, wz, 6.0))[..., None]
    if rng.random() < 0.3:
        _fill(back, wz < 1.0, np.asarray(rng.integers(60, 200, 3), np.float32))
    _fill(back, wz < rng.uniform(0.08, 0.16), wall_colour * np.float32(rng.choice([0.55, 1.25])))
    for _ in range(rng.integers(0, 5)):
        x, z, w, h = rng.uniform(left, right), rng.uniform(0.9, 2.0), rng.uniform(0.3, 1.8), rng.uniform(0.3, 1.1)
        picture = (np.abs(wx - x) < w / 2) & (np.abs(wz - z) < h / 2)
        inner = (np.abs(wx - x) < w / 2 - 0.05) & (np.abs(wz - z) < h / 2 - 0.05)
        _fill(back, picture, np.asarray(rng.integers(20, 240, 3), np.float32))
        content = np.asarray(rng.integers(20, 240, 3), np.float32)
        _fill(back, inner, lambda cut: content * (1 + 0.25 * texture(2, wx[cut], wz[cut], 1.5))[..., None])
    image = np.where(on_ground[..., None], floor, back)
    _fill(image, to_side < np.minimum(to_ground, to_wall), wall_colour * np.float32(rng.uniform(0.75, 0.95)))
    _fill(image, to_ceiling < np.minimum(to_side, to_wall), np.float32(rng.uniform(190, 235)))
    corner = np.clip(np.abs(to_side - to_wall) / 0.6, 0, 1)[..., None] * 0.15 + 0.85
    return image * corner


def _clutter(rng: np.random.Generator, camera: Camera, image: np.ndarray, wall: float, indoors: bool) -> None:
    """Flat marks on the ground: manholes, patches, litter, rugs; in place."""
    for _ in range(rng.integers(0, 7)):
        x, y = rng.uniform(-6, 6), rng.uniform(1.5, max(2.0, 0.95 * wall))
        half = rng.uniform(0.1, 0.5, 2) if rng.random() < 0.7 else rng.uniform(0.5, 2.2, 2)
        turn = rng.uniform(0, 3.2)
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
        points = np.stack([x + corners[:, 0] * np.cos(turn) - corners[:, 1] * np.sin(turn), y + corners[:, 0] * np.sin(turn) + corners[:, 1] * np.cos(turn), np.zeros(4)], -1)
        if camera.depth(points).min() < 1.0:
            continue
        pixels = camera.project(points)[0]
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.fillConvexPoly(mask, np.rint(pixels * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        box = cv2.boundingRect(mask)
        if box[2] == 0:
            continue
        cut = np.s_[box[1] : box[1] + box[3], box[0] : box[0] + box[2]]
        strength = rng.uniform(0.15, 0.9) * mask[cut][..., None] / 255
        shade = rng.uniform(40, 230) * np.ones(3) if rng.random() < 0.8 else rng.integers(20, 240, 3)
        image[cut] = (image[cut] * (1 - strength) + shade * strength).astype(np.uint8)


def plain_clutter(rng: np.random.Generator, camera: Camera, wall: float) -> Background:
    """No place at all: gradients, blobs and noise, so that objects must be known by themselves."""
    rows, columns = camera.height_px, camera.width
    v, u = np.mgrid[0:rows, 0:columns].astype(np.float32)
    a, b = rng.integers(10, 245, (2, 3)).astype(np.float32)
    angle = rng.uniform(0, 6.3)
    ramp = (u / columns - 0.5) * np.cos(angle) + (v / rows - 0.5) * np.sin(angle) + 0.5
    image = a + (b - a) * ramp[..., None]
    for _ in range(rng.integers(1, 4)):
        layer = texture(int(rng.integers(0, 6)), u + rng.uniform(0, 256), v + rng.uniform(0, 256), rng.uniform(60, 500))
        image += layer[..., None] * rng.normal(0, 14, 3).astype(np.float32)
    image = np.clip(image, 0, 255).astype(np.uint8)
    for _ in range(rng.integers(0, 14)):
        colour = tuple(int(c) for c in rng.integers(0, 255, 3))
        x, y, w, h = rng.integers(0, columns), rng.integers(0, rows), rng.integers(4, columns // 3), rng.integers(4, rows // 3)
        if rng.random() < 0.5:
            cv2.ellipse(image, (int(x), int(y)), (int(w) // 2, int(h) // 2), float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
        else:
            cv2.rectangle(image, (int(x), int(y)), (int(x + w), int(y + h)), colour, -1)
    return Background(image, "clutter", wall)
