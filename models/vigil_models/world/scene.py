"""A scene and its rendering: actors and fixtures before a background, seen by a camera, boxed and labelled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

import cv2
import numpy as np

from vigil_models.world.camera import Camera
from vigil_models.world.canvas import SHIFT, Drawing, Sprite
from vigil_models.world.disturbance import FELT, Schedule, never
from vigil_models.world.light import Light
from vigil_models.world.sensor import Sensor

LABELS = ("person", "car", "truck", "bicycle", "dog")
"""Detection labels in the order of the models' outputs."""

MARGIN = 8
"""Canvas pixels around the picture, so that camera shake never shows an edge."""

IGNORE_VISIBLE = 0.25
IGNORE_HEIGHT = 6.0
"""Objects of which less is visible, or that are less tall in pixels, are flagged `ignore`."""

MAX_SUBFRAMES = 4
FASTEST = 8.0
"""Speed in m/s that is not exceeded by what may blur: what stays below 2 px at it needs no sub-frames."""


class Drawable(Protocol):
    """Anything that can be drawn at a time; an attribute ``label`` makes it an object to detect."""

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None: ...


@dataclass(frozen=True)
class Frame:
    """A rendered picture (rows, columns, 3) uint8 RGB with its objects.

    ``boxes`` (n, 4) float32 are x1, y1, x2, y2 in pixels around the visible part of each object, clipped to the
    picture; ``labels`` (n,) int64 index `LABELS`; ``visible`` (n,) is the share of the object's silhouette that
    is seen, pictures' edges included; ``ignore`` (n,) bool marks objects too hidden or small to be judged;
    ``tracks`` (n,) int64 number the objects, the same in all frames of a scene: an actor has its place in
    `Scene.actors`, what stands still comes after the actors; ``smear`` (n,) float32 is how many pixels an object's
    outline moved during the exposure, 0 where that is below two, and the camera's own tremor. ``disturbance`` is the kind of what
    spoils the picture, empty where nothing does.
    """

    image: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    visible: np.ndarray
    ignore: np.ndarray
    tracks: np.ndarray
    smear: np.ndarray
    disturbance: str = ""


@dataclass
class _Fixture:
    sprite: Sprite
    label: str | None
    area: int


@dataclass
class Scene:
    """A picture of ``size`` (width, height) pixels as a function of time.

    ``camera`` is that of `canvas_camera`: larger than the picture by `MARGIN` on every side. Rendering the same
    time twice gives the same picture. ``disturbances`` tells when the sensor is worse than ``sensor``.
    """

    seed: int
    size: tuple[int, int]
    camera: Camera
    background: np.ndarray
    light: Light
    sensor: Sensor
    disturbances: Schedule = never(0)
    actors: list[Drawable] = field(default_factory=list)
    _fixtures: list[_Fixture] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.background = self.background.copy()
        self._level = self._illumination()

    def fix(self, thing: Drawable | Sprite | None) -> None:
        """Adds something that never moves; it may carry a label, and its shadow is painted once."""
        if thing is None:
            return
        if isinstance(thing, Sprite):
            self._fixtures.append(_Fixture(thing, None, 0))
            return
        drawing = thing.draw(self.camera, 0.0, self.light)
        if drawing is None:
            return
        sprite = Sprite.from_drawing(drawing, self.background.shape[:2])
        if sprite is None:
            return
        self._darken(self.background, [drawing])
        self._fixtures.append(_Fixture(sprite, getattr(thing, "label", None), drawing.area()))

    def render(self, t: float) -> Frame:
        """The picture at time t in seconds, exposed around t."""
        rng = np.random.default_rng((self.seed, int(round(t * 1000)) + 10_000_000))
        disturbance = self.disturbances(t)
        sensor = self.sensor if disturbance is None else disturbance.on(self.sensor, t)
        drawings = self._draw(t)
        stage = self.background.copy()
        self._darken(stage, [d for _, d in drawings])
        smear = {id(actor): self._smear(actor, drawing, t) for actor, drawing in drawings}
        times = self._shutter(t, max(smear.values(), default=0.0))
        subframes = [drawings] if len(times) == 1 else [self._draw(instant) for instant in times]
        canvas = self._expose(stage, [[d for _, d in subframe] for subframe in subframes])
        shift = np.clip(rng.normal(0, sensor.shake, 2), -MARGIN + 1, MARGIN - 1) if sensor.shake else np.zeros(2)
        picture = self._crop(canvas, shift)
        picture = cv2.convertScaleAbs(cv2.multiply(picture, self._level, dtype=cv2.CV_32F))
        if abs(self.light.saturation - 1) > 0.03:
            grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
            picture = cv2.addWeighted(picture, self.light.saturation, grey, 1 - self.light.saturation, 0)
        curve = self.light.lookup(sensor.gain * float(np.clip(1 + rng.normal(0, sensor.flicker), 0.7, 1.3)))
        frame = self._annotate(sensor.develop(picture, curve, rng), drawings, shift, smear)
        if disturbance is None:
            return frame
        kind = disturbance.kind if disturbance.strength(t) >= FELT else ""
        return replace(frame, smear=frame.smear + np.float32(sensor.tremor), disturbance=kind)

    def _draw(self, t: float) -> list[tuple[Drawable, Drawing]]:
        drawn = ((actor, actor.draw(self.camera, t, self.light)) for actor in self.actors)
        return [(actor, drawing) for actor, drawing in drawn if drawing is not None and drawing.polygons]

    def _smear(self, actor: Drawable, drawing: Drawing, t: float) -> float:
        """Pixels that an actor's outline moves during the exposure; 0 for less than two."""
        exposure = self.sensor.exposure
        if exposure * FASTEST * self.camera.focal < 2 * drawing.depth:
            return 0.0
        opened = actor.draw(self.camera, t - exposure / 2, self.light)
        if opened is None or not opened.polygons:
            return 0.0
        travel = 2 * float(np.abs(np.subtract(opened.extent(), drawing.extent())).max())
        return travel if travel >= 2 else 0.0

    def _shutter(self, t: float, travel: float) -> np.ndarray:
        """Sub-frame times: more where something moves further during the exposure."""
        count = int(np.clip(np.ceil(travel / 2), 1, MAX_SUBFRAMES))
        return t + self.sensor.exposure * ((np.arange(count) + 0.5) / count - 0.5)

    def _expose(self, stage: np.ndarray, subframes: list[list[Drawing]]) -> np.ndarray:
        """The mean of the sub-frames, each painted from far to near onto a copy of ``stage``."""
        farthest = max((d.depth for drawings in subframes for d in drawings), default=0.0)
        sprites = sorted((f.sprite for f in self._fixtures), key=lambda sprite: -sprite.depth)
        for sprite in sprites:
            if sprite.depth >= farthest:
                sprite.paint(stage)
        near = [sprite for sprite in sprites if sprite.depth < farthest]
        total = None
        for drawings in subframes:
            canvas = stage.copy() if len(subframes) > 1 else stage
            for layer in sorted([*drawings, *near], key=lambda layer: -layer.depth):
                layer.paint(canvas)
            if len(subframes) == 1:
                return canvas
            total = canvas.astype(np.uint16) if total is None else cv2.add(total, canvas, dst=total, dtype=cv2.CV_16U)
        return cv2.convertScaleAbs(total, alpha=1 / len(subframes))

    def _darken(self, image: np.ndarray, drawings: list[Drawing]) -> None:
        if self.light.shadow < 0.02:
            return
        mask = np.zeros(image.shape[:2], np.uint8)
        for drawing in drawings:
            for polygon in drawing.cast():
                cv2.fillConvexPoly(mask, polygon, 255, cv2.LINE_8, SHIFT)
        x, y, width, height = cv2.boundingRect(mask)
        if width == 0:
            return
        cut = np.s_[max(0, y - 3) : y + height + 3, max(0, x - 3) : x + width + 3]
        keep = 255 - (cv2.GaussianBlur(mask[cut], (5, 5), 0) * self.light.shadow).astype(np.uint8)
        image[cut] = cv2.multiply(image[cut], cv2.merge([keep, keep, keep]), scale=1 / 255)

    def _crop(self, canvas: np.ndarray, shift: np.ndarray) -> np.ndarray:
        width, height = self.size
        if not shift.any():
            return canvas[MARGIN : MARGIN + height, MARGIN : MARGIN + width]
        move = np.array([[1, 0, -MARGIN - shift[0]], [0, 1, -MARGIN - shift[1]]])
        return cv2.warpAffine(canvas, move, (width, height), flags=cv2.INTER_LINEAR)

    def _illumination(self) -> np.ndarray:
        """Light level of every pixel (rows, columns, 3) float32: vignette and pools of lamp light."""
        width, height = self.size
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        radius = np.hypot(x / width - 0.5, y / height - 0.5) / 0.707
        level = 1 - self.sensor.vignette * radius**2
        if self.light.lamps:
            rng = np.random.default_rng((self.seed, 3))
            pools = np.zeros_like(level)
            for _ in range(self.light.lamps):
                cx, cy, spread = rng.uniform(0, width), rng.uniform(0.2, 1) * height, rng.uniform(0.15, 0.45) * width
                pools += np.exp(-(((x - cx) / spread) ** 2 + ((y - cy) / (0.6 * spread)) ** 2))
            level *= self.light.floor + (1.3 - self.light.floor) * np.clip(pools, 0, 1.2)
        return np.repeat(level[..., None], 3, axis=2)

    def _annotate(
        self, image: np.ndarray, drawings: list[tuple[Drawable, Drawing]], shift: np.ndarray, smear: dict[int, float]
    ) -> Frame:
        ids = np.zeros(self.background.shape[:2], np.uint8)
        numbers = {id(actor): number for number, actor in enumerate(self.actors)}
        layers = [(d, getattr(a, "label", None), None, numbers[id(a)]) for a, d in drawings]
        layers += [(f.sprite, f.label, f.area, len(self.actors) + i) for i, f in enumerate(self._fixtures)]
        layers.sort(key=lambda layer: -layer[0].depth)
        named: list[tuple[int, str, int, int]] = []
        for layer, label, area, track in layers:
            if label is not None:
                named.append((len(named) + 1, label, layer.area() if area is None else area, track))
            layer.stamp(ids, len(named) if label is not None else 0)
        width, height = self.size
        left, top = MARGIN + shift
        inner = np.zeros_like(ids)
        keep = np.s_[int(round(top)) : int(round(top)) + height, int(round(left)) : int(round(left)) + width]
        inner[keep] = ids[keep]
        boxes, labels, visible, tracks = [], [], [], []
        for identity, label, area, track in named:
            seen = inner == identity
            columns, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
            if not len(rows):
                continue
            box = np.array([columns[0] - left, rows[0] - top, columns[-1] + 1 - left, rows[-1] + 1 - top])
            boxes.append(np.clip(box, 0, (width, height, width, height)))
            labels.append(LABELS.index(label))
            tracks.append(track)
            visible.append(min(1.0, np.count_nonzero(seen) / max(area, 1)))
        moved = [smear.get(id(self.actors[track]), 0.0) if track < len(self.actors) else 0.0 for track in tracks]
        boxes = np.array(boxes, np.float32).reshape(-1, 4)
        visible = np.array(visible, np.float32)
        ignore = (visible < IGNORE_VISIBLE) | (boxes[:, 3] - boxes[:, 1] < IGNORE_HEIGHT)
        return Frame(image, boxes, np.array(labels, np.int64), visible, ignore, np.array(tracks, np.int64), np.array(moved, np.float32))


def canvas_camera(size: tuple[int, int], focal: float, height: float, pitch: float, roll: float = 0.0) -> Camera:
    """The camera of a `Scene` whose pictures have ``size`` (width, height)."""
    return Camera(size[0] + 2 * MARGIN, size[1] + 2 * MARGIN, focal, height, pitch, roll)
