"""Staged actions for the recognizer: one principal person, a set, and distractors behind.

The second action of each pair (standing up, putting down, leaving) is the first one played backwards: the same
script, the same set, only the principal's clock runs from the end to the start. Noise, flicker and distractors
always run forwards. People walk through doors face first or back first with equal chance in both directions, so no
single frame, and no unordered bag of frames, tells which of a pair it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Callable

import cv2
import numpy as np

from vigil_models.world.background import paint, plain_clutter
from vigil_models.world.body import INDEX, J, placed
from vigil_models.world.camera import Camera
from vigil_models.world.canvas import Sprite
from vigil_models.world.light import Light
from vigil_models.world.motion import Gait, Linger, Motion, Reversed, Script, Stance, Stroll, random_lie, random_reach, random_sit, random_stand
from vigil_models.world.person import Look, Person, random_build
from vigil_models.world.props import Carried, Prop, bench, bush, random_posts, random_solid, stool, wall_with_opening
from vigil_models.world.scene import MARGIN, Scene, canvas_camera
from vigil_models.world.sensor import Sensor
from vigil_models.world.solids import Model, block
from vigil_models.world.vehicles import Vehicle, car_model, truck_model

ACTIONS = (
    "standing", "walking", "sitting down", "standing up", "picking up", "putting down", "entering", "leaving", "falling",
)  # fmt: skip
"""Recognition labels in the order of the models' outputs."""

REVERSED_PAIRS = (("sitting down", "standing up"), ("picking up", "putting down"), ("entering", "leaving"))
"""Pairs of which the second is the first played backwards."""

_FORWARD = {second: first for first, second in REVERSED_PAIRS}


@dataclass(frozen=True)
class StagedAction:
    """A scene in which one labelled action happens from ``start`` to ``end`` seconds of a ``duration`` from 0.

    At ``grasp`` seconds the hand takes or leaves what is picked up or put down; None for the other actions.
    """

    scene: Scene
    principal: Person
    action: str
    start: float
    end: float
    duration: float
    grasp: float | None = None

    def keypoints(self, t: float) -> np.ndarray:
        """Head, pelvis, mid of the hands and of the feet (4, 2) float32, as shares of the picture's size."""
        joints = self.principal.at(t)
        points = np.stack([joints[[J[name] for name in group]].mean(axis=0) for group in _KEYPOINTS])
        pixels = self.scene.camera.project(points)[0] - MARGIN
        return (pixels / self.scene.size).astype(np.float32)

    @property
    def stature(self) -> float:
        """The principal's upright height where the action happens, as a share of the picture's height."""
        depth = float(self.scene.camera.depth(self.principal.at(0.5 * (self.start + self.end))[:1])[0])
        return self.principal.build.stature * self.scene.camera.focal / max(depth, 0.5) / self.scene.size[1]


_KEYPOINTS = (("head",), ("pelvis",), ("hand_l", "hand_r"), ("ankle_l", "ankle_r"))


def stage_action(seed: int, size: tuple[int, int], action: str) -> StagedAction:
    """The scene of a seed in which ``action`` is played; ``size`` is (width, height) in pixels.

    The two actions of a reversed pair share everything for the same seed but the direction of the principal's time.
    """
    if action not in ACTIONS:
        raise ValueError(f"action {action!r} is unknown; choose one of: {', '.join(ACTIONS)}")
    forward = _FORWARD.get(action, action)
    return _Stage(seed, size, forward, backwards=action != forward).play(action)


class _Stage:
    """Builds one staged action step by step."""

    def __init__(self, seed: int, size: tuple[int, int], forward: str, backwards: bool) -> None:
        rng = np.random.default_rng((seed, 4, ACTIONS.index(forward)))
        self.rng, self.forward, self.backwards = rng, forward, backwards
        self.indoors = rng.random() < 0.4
        light = Light.random(rng, indoors=self.indoors, period="day" if rng.random() < 0.8 else None)
        sensor = Sensor.random(rng, night=light.period == "night")
        # Clips are scaled down before they reach the model, which takes noise and artefacts with it.
        sensor = replace(sensor, noise=0.6 * sensor.noise, jpeg=max(sensor.jpeg, 45) if sensor.jpeg else 0, shake=0.6 * sensor.shake, blur=0.8 * sensor.blur)
        camera, self.x, self.y = self._camera(size)
        self.door = forward == "entering"
        wall = self.y + rng.uniform(1.5, 5.0) if self.indoors else self.y + rng.uniform(3.0, 16.0)
        background = plain_clutter(rng, camera, wall) if rng.random() < 0.08 else paint(rng, camera, self.indoors, wall, light.period == "night", road=rng.random() < 0.4)
        self.scene = Scene(seed, size, camera, background.image, light, sensor)
        self.wall = wall
        self.build = random_build(rng, child=0.04)
        self.script = Script(self.x, self.y, rng.uniform(0, 2 * math.pi), self.build, rng)
        self.cargo: Carried | None = None
        self.grasp: float | None = None

    def play(self, action: str) -> StagedAction:
        span = {
            "standing": self._stand,
            "walking": self._walk,
            "sitting down": self._sit,
            "picking up": self._pick_up,
            "entering": self._enter,
            "falling": self._fall,
        }[self.forward]()
        duration = self.script.duration
        start, end = span
        motion, grasp = self.script, self.grasp
        if self.backwards:
            motion, (start, end) = Reversed(self.script), (duration - end, duration - start)
            grasp = None if grasp is None else duration - grasp
        if self.cargo is None and self.rng.random() < 0.12:
            self.cargo = Carried(tuple(self.rng.uniform(0.15, 0.4, 3)), _colour(self.rng), lambda t: None)
        principal = Person(motion, self.build, Look.random(self.rng), self.cargo)
        self._dress()
        self.scene.actors.append(principal)
        return StagedAction(self.scene, principal, action, start, end, duration, grasp)

    def _camera(self, size: tuple[int, int]) -> tuple[Camera, float, float]:
        """A camera that sees the principal, and where on the ground the principal is."""
        rng = self.rng
        width, rows = size
        focal = width / 2 / math.tan(math.radians(rng.uniform(35, 68)) / 2)
        share = math.exp(rng.uniform(math.log(0.27), math.log(0.85)))
        distance = focal * 1.72 / (share * rows)
        height = rng.uniform(0.9, min(5.0, max(1.8, 0.62 * distance)))
        row = rng.uniform(-1, 1) * 0.42 * (1 - share) * rows
        pitch = math.atan2(height - 0.85, distance) - row / focal
        column = rng.uniform(-0.26, 0.26) * width
        return canvas_camera(size, focal, height, pitch, rng.normal(0, 0.02)), column / focal * distance, distance

    def _stand(self) -> tuple[float, float]:
        script = self.script
        script.linger(2.5)
        if self.rng.random() < 0.4:
            script.turn(script.heading + self.rng.uniform(-1.5, 1.5), self.rng.uniform(0.6, 1.2))
        script.linger(2.5)
        return 0.0, script.duration

    def _walk(self) -> tuple[float, float]:
        rng, script = self.rng, self.script
        gait = Gait.random(rng, self.build.stature, running=rng.random() < 0.08)
        seconds = rng.uniform(2.6, 4.0)
        heading = rng.uniform(0, 2 * math.pi) if rng.random() < 0.6 else rng.choice([0, math.pi]) + rng.normal(0, 0.3)
        dx, dy = math.cos(heading) * gait.speed * seconds, math.sin(heading) * gait.speed * seconds * 0.8
        script.x, script.y = self.x - dx / 2, max(self.y - dy / 2, 0.55 * self.y)
        script.heading = math.atan2(dy, dx)
        pause = rng.uniform(0.3, 0.8) if rng.random() < 0.4 else 0.0
        if pause:
            script.linger(pause)
        start = script.duration
        script.walk(script.x + dx, min(script.y + dy, self.wall - 0.5), gait)
        end = script.duration
        if pause:
            script.linger(pause)
        return start, end

    def _sit(self) -> tuple[float, float]:
        rng, script = self.rng, self.script
        low = rng.random() < 0.15
        seat = random_sit(rng, low)
        script.linger(rng.uniform(0.8, 1.6))
        start = script.duration
        script.sit(rng.uniform(0.9, 2.3), seat)
        end = script.duration
        script.linger(rng.uniform(0.8, 1.6), label="sitting")
        self.scene.fix(seat_under(rng, script, seat, with_back=rng.random() < 0.6))
        return start, end

    def _pick_up(self) -> tuple[float, float]:
        rng, script = self.rng, self.script
        level = rng.uniform(0.55, 0.8) if rng.random() < 0.25 else 0.1
        both = rng.random() < 0.25
        low = random_reach(rng, level)
        if both:
            low = _both_hands(low)
        script.linger(rng.uniform(0.8, 1.4))
        start = script.duration
        seconds = rng.uniform(1.4, 2.8)
        script.reach(seconds, low, "picking up", carrying(rng, script.stand, both))
        end = script.duration
        script.linger(rng.uniform(0.8, 1.4))
        clock = (lambda t: script.duration - t) if self.backwards else (lambda t: t)
        self.grasp = start + 0.5 * seconds
        self.cargo, support = cargo_at(rng, script, low, self.grasp, both, clock)
        self.scene.fix(support)
        self.scene.actors.append(self.cargo)
        return start, end

    def _enter(self) -> tuple[float, float]:
        rng, script = self.rng, self.script
        side = rng.choice([-1, 1])
        half = rng.uniform(0.45, 0.75)
        if rng.random() < 0.65:
            beside, beyond, onward = half + rng.uniform(0.55, 0.95), rng.uniform(0.6, 1.1), rng.uniform(0.8, 1.6)
            x0, y0 = self.x + side * beside, self.y + beyond
            x1, y1 = self.x - side * beside * onward * rng.uniform(0.3, 1.0), self.y - beyond * onward
            left, right = self.x - rng.uniform(2.0, 12), self.x + rng.uniform(2.0, 12)
            opening = (self.x - half, self.x + half, rng.uniform(2.05, 2.4))
            if rng.random() < 0.6:
                shade = rng.uniform(20, 110) + rng.normal(0, 6, 3)
                self.scene.fix(dark_inside(self.scene.camera, self.y, 1.8, opening, shade))
        else:
            # A wall that ends: the person comes out from behind its edge.
            beyond = rng.uniform(0.3, 0.8)
            x0, y0 = self.x + side * rng.uniform(0.8, 1.2), self.y + beyond
            x1, y1 = self.x - side * rng.uniform(1.0, 1.8), self.y + rng.uniform(0.2, 1.0) * beyond
            left, right = (self.x, self.x + rng.uniform(2.5, 12)) if side > 0 else (self.x - rng.uniform(2.5, 12), self.x)
            opening = (left - 0.02, left, 3.0) if side > 0 else (right, right + 0.02, 3.0)
        height = max(2.5, rng.uniform(2.5, 5.0))
        self.scene.fix(wall_with_opening(rng, self.scene.camera, self.y, left, right, height, opening))
        script.x, script.y = x0, y0
        gait = replace(Gait.random(rng, self.build.stature), speed=rng.uniform(0.9, 1.5))
        script.heading = math.atan2(y1 - y0, x1 - x0)
        backwards = rng.random() < 0.5
        if backwards:
            script.heading += math.pi
        script.linger(rng.uniform(0.4, 1.0))
        start = script.duration
        script.walk(x1, y1, gait, label="entering", backwards=backwards)
        end = script.duration
        script.linger(rng.uniform(0.6, 1.2))
        return start + 0.15 * (end - start), end

    def _fall(self) -> tuple[float, float]:
        rng, script = self.rng, self.script
        if rng.random() < 0.35:
            gait = Gait.random(rng, self.build.stature)
            heading = rng.uniform(0, 2 * math.pi)
            script.x -= 1.2 * math.cos(heading)
            script.y -= 1.0 * math.sin(heading)
            script.heading = heading
            script.walk(self.x, self.y, gait)
        else:
            script.linger(rng.uniform(0.8, 1.5))
        start = script.duration
        script.fall(rng.uniform(0.7, 1.4), random_lie(rng))
        end = script.duration + rng.uniform(0.4, 0.8)
        script.linger(2.2, label="lying")
        return start, end

    def _dress(self) -> None:
        """Distractors: people, vehicles and furniture, most of them behind the principal; all of them run forwards."""
        rng, scene = self.rng, self.scene
        room = self.wall - self.y
        if not self.door and rng.random() < 0.3:
            half = rng.uniform(0.45, 0.75)
            x, y = self.x + rng.normal(0, 1.2), self.y + min(rng.uniform(1.0, 3.5), 0.9 * room)
            scene.fix(wall_with_opening(rng, scene.camera, y, x - rng.uniform(2, 12), x + rng.uniform(2, 12), rng.uniform(2.5, 4), (x - half, x + half, 2.2)))
        if rng.random() < 0.3:
            x, y = self._aside()
            scene.fix(Prop(stool(_colour(rng), rng.uniform(0.42, 0.5), rng.random() < 0.6), x, y, rng.uniform(0, 6.3), behind=0.3))
        if rng.random() < 0.3:
            x, y = self._aside()
            scene.fix(Prop(Model().solid(block(-0.2, 0.2, -0.12, 0.12, 0, rng.uniform(0.2, 0.4)), _colour(rng)), x, y, rng.uniform(0, 3)))
        for _ in range(rng.choice([0, 1, 2, 3], p=[0.45, 0.3, 0.15, 0.1])):
            x, y = rng.normal(0, 0.35 * self.y), self.y + min(rng.uniform(1.0, 8.0), 0.95 * room)
            heading = rng.uniform(0, 2 * math.pi)
            passing = Stroll(x, y, heading, Gait.random(rng, 1.72), rng.uniform(0, 1)) if rng.random() < 0.7 else Linger.random(rng, random_stand(rng), x, y, heading)
            scene.actors.append(Person(passing, random_build(rng), Look.random(rng)))
        if not self.indoors and room > 4 and rng.random() < 0.35:
            speed = rng.choice([0.0, rng.uniform(2, 10)])
            label, model = ("car", car_model(rng)) if rng.random() < 0.7 else ("truck", truck_model(rng))
            scene.actors.append(Vehicle(label, model, rng.normal(0, 3) - speed * 1.5, self.y + rng.uniform(3.5, room), rng.normal(0, 0.2) + (math.pi if rng.random() < 0.5 else 0), speed))
        for _ in range(rng.integers(0, 3)):
            x, y = rng.normal(0, 0.4 * self.y), self.y + rng.uniform(-0.3, 0.9) * min(room, 5)
            if abs(x - self.x) > 0.8 or y > self.y + 1.2:
                scene.fix(random_posts(rng, x, y) if rng.random() < 0.5 else Prop(random_solid(rng), x, y, rng.uniform(0, 3)))
        if not self.indoors and rng.random() < 0.2:
            scene.fix(bush(rng, scene.camera, self.x + rng.choice([-1, 1]) * rng.uniform(1.2, 3), self.y + rng.uniform(-0.5, 2), scene.light))

    def _aside(self) -> tuple[float, float]:
        return self.x + self.rng.choice([-1, 1]) * self.rng.uniform(0.6, 1.6), self.y + self.rng.uniform(0.2, 1.5)


def dark_inside(camera: Camera, wall: float, depth: float, opening: tuple[float, float, float], colour: np.ndarray) -> Sprite | None:
    """What fills a door (left, right, top) in a wall at ``wall``: an unlit room that ends ``depth`` metres behind."""
    left, right, top = opening
    corners = np.array([(left, wall, 0.0), (right, wall, 0.0), (right, wall, top), (left, wall, top)])
    alpha = np.zeros((camera.height_px, camera.width), np.uint8)
    cv2.fillConvexPoly(alpha, np.rint(camera.project(corners)[0]).astype(np.int32), 255)
    alpha = cv2.dilate(alpha, np.ones((3, 3), np.uint8))
    rgb = np.empty((*alpha.shape, 3), np.uint8)
    rgb[:] = colour
    return Sprite.from_layer(float(camera.depth(corners[:1])[0]) + depth, rgb, alpha)


def _colour(rng: np.random.Generator) -> tuple[float, float, float]:
    return tuple(float(c) for c in rng.integers(25, 225, 3))


def _both_hands(low: np.ndarray) -> np.ndarray:
    """The pose with the left arm doing as the right one does."""
    mirrored = low.copy()
    for part in ("arm", "elbow", "out"):
        mirrored[INDEX[f"{part}_l"]] = low[INDEX[f"{part}_r"]]
    return mirrored


def carrying(rng: np.random.Generator, stand: np.ndarray, both: bool) -> np.ndarray:
    """The standing pose with the right hand, or both, holding something."""
    holding = stand.copy()
    arms = dict(arm_r=rng.uniform(-0.1, 0.25), elbow_r=rng.uniform(0.05, 0.3), out_r=rng.uniform(0.08, 0.22))
    if both:
        bend = rng.uniform(1.0, 1.6)
        arms = dict(arm_r=0.25, arm_l=0.25, elbow_r=bend, elbow_l=bend, out_r=0.1, out_l=0.1)
    for name, value in arms.items():
        holding[INDEX[name]] = value
    return holding


def _joints_at(script: Script, low: np.ndarray) -> np.ndarray:
    """World joints of a pose taken where the script's person now stands."""
    stance = Stance(low, script.x, script.y, script.heading, 1.0)
    return placed(stance.points(script.build), stance.x, stance.y, stance.heading)


def seat_under(rng: np.random.Generator, script: Script, seat: np.ndarray, with_back: bool) -> Prop | None:
    """A chair, bench or crate under the pose ``seat`` of a script's person; None for the floor."""
    pelvis = _joints_at(script, seat)[J["pelvis"]]
    height = pelvis[2] - 0.085
    if height < 0.12:
        return None
    facing_away = math.sin(script.heading) > 0.25
    colour = _colour(rng)
    kind = rng.random()
    if height < 0.3:
        model = Model().solid(block(-0.25, 0.25, -0.4, 0.4, 0, height), colour)
    elif kind < 0.25:
        model = bench(colour, height)
    else:
        model = stool(colour, height, with_back)
    covers = facing_away and with_back
    return Prop(model, pelvis[0], pelvis[1], script.heading, behind=-0.35 if covers else 0.45)


def cargo_at(rng: np.random.Generator, script: Script, low: np.ndarray, grasp: float, both: bool, clock: Callable[[float], float]) -> tuple[Carried, Prop | None]:
    """What the script's person takes at the script time ``grasp`` in the pose ``low``, and a support beneath it.

    ``clock`` maps played time to script time.
    """
    points = _joints_at(script, low)
    hand = points[[J["hand_l"], J["hand_r"]]].mean(axis=0) if both else points[J["hand_r"]]
    tall = float(np.clip(hand[2], 0.1, 0.45)) if hand[2] < 0.5 else rng.uniform(0.15, 0.35)
    beneath = max(0.0, hand[2] - tall)
    wide = rng.uniform(0.3, 0.5) if both else rng.uniform(0.18, 0.45)
    stands = (hand[0], hand[1], beneath)
    cargo = Carried((wide, rng.uniform(0.12, 0.3), tall), _colour(rng), lambda t: None if clock(t) >= grasp else stands, both)
    support = None
    if beneath > 0.05:
        support = Prop(Model().solid(block(-0.3, 0.3, -0.25, 0.25, 0, beneath), _colour(rng)), hand[0], hand[1], 0.3)
    return cargo, support
