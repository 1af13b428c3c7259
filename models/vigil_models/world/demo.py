"""The staged scene of the bundled clip: one person goes through every action while the street lives behind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vigil_models.world.background import Road, paint
from vigil_models.world.body import J, Build, placed, pose
from vigil_models.world.dog import Dog
from vigil_models.world.light import Light
from vigil_models.world.motion import Gait, Linger, Script, Stance, Stroll, random_stand
from vigil_models.world.person import Look, Person, random_build
from vigil_models.world.props import Carried, Prop, bush, random_posts, stool, wall_with_opening
from vigil_models.world.scene import Scene, canvas_camera
from vigil_models.world.sensor import Sensor
from vigil_models.world.stage import carrying, dark_inside
from vigil_models.world.vehicles import Bicycle, Riding, Vehicle, car_model, random_paint, truck_model

SHORTEST_SECONDS = 36.0
"""The actions need this long; what is longer goes into the pauses between them."""

_ROAD = Road(0.0, 15.5, 0.03, 7.0)
_DOOR = (-2.95, -1.75, 2.25)
_DOOR_WALL = 8.4
_RIGHT = -math.pi * 0.28
"""A heading to the right and towards the camera."""


@dataclass(frozen=True)
class Demo:
    """The demo scene and the actions played in it as (label, start, end) in seconds."""

    scene: Scene
    actions: list[tuple[str, float, float]]


def demo_scene(seed: int, size: tuple[int, int], seconds: float) -> Demo:
    """The scene of a seed; ``size`` is (width, height) in pixels, the first frame is at t = 0."""
    if seconds < SHORTEST_SECONDS:
        raise ValueError(f"{seconds:g} s are too short for every action: give at least {SHORTEST_SECONDS:g} s")
    rng = np.random.default_rng((seed, 6))
    focal = size[0] / 2 / math.tan(math.radians(54) / 2)
    camera = canvas_camera(size, focal, 2.7, 0.235)
    light = Light("day", np.array([0.55, -0.35]), 0.42, np.array([-0.7, -0.5]), (1.04, 1.0, 0.95), 0.97, 1.05, 1.0)
    sensor = Sensor(exposure=0.018, blur=0.5, noise=1.4, flicker=0.004, jpeg=0, vignette=0.14)
    background = paint(rng, camera, indoors=False, wall=34.0, night=False, road=_ROAD)
    scene = Scene(seed, size, camera, background.image, light, sensor)
    scene.fix(dark_inside(camera, _DOOR_WALL, 1.15, _DOOR, np.array([46, 44, 42])))
    scene.fix(wall_with_opening(rng, camera, _DOOR_WALL, -14.0, -1.2, 4.2, _DOOR))
    script, cargo, chair = _principal(seed, _pause(seconds))
    scene.fix(chair)
    look = Look((214, 170, 136), (52, 38, 28), (178, 44, 40), (44, 56, 92), (36, 34, 34), coat=False)
    scene.actors += [cargo, Person(script, script.build, look, cargo)]
    _street_life(rng, scene, seconds)
    return Demo(scene, [mark for mark in script.marks if mark[0] not in ("standing", "hidden")])


def _pause(seconds: float) -> float:
    """Seconds of one pause, so that the script lasts ``seconds``; its length is linear in the pause."""
    without, one = _principal(0, 0.0)[0].duration, _principal(0, 1.0)[0].duration
    return (seconds - without) / (one - without)


def _principal(seed: int, pause: float) -> tuple[Script, Carried, Prop]:
    rng = np.random.default_rng((seed, 7))
    build = Build(1.78, 1.02)
    gait = Gait(speed=1.5, stride=1.45)
    stand = pose(arm_l=0.02, arm_r=-0.03, elbow_l=0.2, elbow_r=0.2)
    door_x = (_DOOR[0] + _DOOR[1]) / 2
    hidden = (door_x - 1.35, _DOOR_WALL + 0.9)
    script = Script(*hidden, 0.0, build, rng, stand)
    script.linger(pause, label="hidden")
    script.walk(door_x + 0.95, 7.3, gait, label="entering").linger(pause)
    script.walk(0.6, 7.0, gait).turn(_RIGHT).linger(pause)
    seat = pose(lean=0.08, hip_l=1.45, hip_r=1.5, knee_l=1.45, knee_r=1.5, spread=0.14, arm_l=0.5, arm_r=0.5, elbow_l=0.8, elbow_r=0.8)
    pelvis = _at(script, seat)[J["pelvis"]]
    chair = Prop(stool((92, 116, 140), pelvis[2] - 0.085, back=True), pelvis[0], pelvis[1], script.heading, behind=0.45)
    script.sit(1.7, seat).linger(1.3 * pause, label="sitting").rise(1.7).linger(pause)
    script.walk(2.0, 6.9, gait).turn(_RIGHT, 0.5).linger(0.6 * pause)
    low = pose(lean=1.28, hip_l=0.35, hip_r=0.35, knee_l=0.6, knee_r=0.65, arm_r=0.3, elbow_r=0.1, arm_l=-0.2, spread=0.12)
    first = _at(script, low)[J["hand_r"]]
    holding = carrying(rng, stand, both=False)
    grasp = script.duration + 0.95
    script.reach(1.9, low, "picking up", holding).hold(holding).linger(pause)
    script.walk(-0.4, 6.7, gait).turn(_RIGHT).linger(0.6 * pause)
    second = _at(script, low)[J["hand_r"]]
    let_go = script.duration + 0.95
    script.release(stand).reach(1.9, low, "putting down").linger(pause)
    script.walk(1.5, 7.0, gait).linger(0.4 * pause)
    down = pose(roll=-1.45, hip_l=0.5, hip_r=0.3, knee_l=0.8, knee_r=0.5, arm_l=0.9, arm_r=1.6, elbow_l=0.7, elbow_r=0.4, out_l=0.4, out_r=0.3)
    script.fall(1.2, down).linger(1.2 * pause, label="lying")
    crouch = pose(lean=0.7, hip_l=1.7, hip_r=1.2, knee_l=2.2, knee_r=2.1, arm_l=0.6, arm_r=0.7, elbow_l=0.3, elbow_r=0.3)
    script.move("getting up", 2.6, (0.5, crouch), (1.0, stand)).linger(0.8 * pause)
    script.walk(door_x + 0.95, 7.2, gait).linger(0.4 * pause)
    script.walk(*hidden, gait, label="leaving").linger(pause, label="hidden")
    tall = float(first[2])
    places = ((first[0], first[1], 0.0), (second[0], second[1], 0.0))

    def rest(t: float) -> tuple[float, float, float] | None:
        return places[0] if t < grasp else None if t < let_go else places[1]

    return script, Carried((0.42, 0.18, tall), (58, 92, 66), rest), chair


def _at(script: Script, vector: np.ndarray) -> np.ndarray:
    stance = Stance(vector, script.x, script.y, script.heading, 1.0)
    return placed(stance.points(script.build), stance.x, stance.y, stance.heading)


def _street_life(rng: np.random.Generator, scene: Scene, seconds: float) -> None:
    lanes = {1: _ROAD.y - 1.75, -1: _ROAD.y + 1.75}
    for at, direction, label in ((3, 1, "car"), (8, -1, "car"), (12.5, 1, "truck"), (18, -1, "car"), (23, 1, "car"), (28, -1, "truck"), (33, 1, "car"), (37, -1, "car")):
        speed = rng.uniform(4.5, 6.5)
        model = truck_model(rng) if label == "truck" else car_model(rng)
        heading = 0.03 if direction > 0 else math.pi + 0.03
        scene.actors.append(Vehicle(label, model, -direction * speed * at * seconds / 40, lanes[direction], heading, speed))
    scene.fix(Vehicle("car", car_model(rng), 4.6, _ROAD.y + 4.4, 0.03))
    for at, direction in ((10, 1), (26, -1)):
        bicycle = Bicycle(-direction * 3.2 * at, 11.2 + 0.3 * direction, 0.0 if direction > 0 else math.pi, 3.2, random_paint(rng))
        rider = Person(Riding(bicycle, 1.0, 0.4), random_build(rng, child=0.0), Look.random(rng), pelvis=0.97)
        scene.actors += [bicycle, rider]
    for at, x_speed, y in ((6, 1.25, 10.4), (7, 1.25, 10.9), (16, -1.4, 10.1), (21, 1.2, 10.6), (30, -1.3, 10.2), (31, -1.3, 10.8)):
        heading = 0.0 if x_speed > 0 else math.pi
        gait = Gait(speed=abs(x_speed), stride=1.35, hip=rng.uniform(0.36, 0.46), arm=rng.uniform(0.2, 0.5))
        scene.actors.append(Person(Stroll(2.5 - x_speed * at, y, heading, gait, rng.uniform(0, 1)), random_build(rng), Look.random(rng)))
    for at, speed in ((17, -1.7), (34, 2.2)):
        scene.actors.append(Dog.random(rng, 2.0 - speed * at, 9.9, 0.0 if speed > 0 else math.pi, abs(speed)))
    scene.actors.append(Person(Linger.random(rng, random_stand(rng), 5.2, 12.0, math.pi), random_build(rng, child=0.0), Look.random(rng)))
    scene.fix(random_posts(rng, 4.1, 11.8))
    scene.fix(bush(rng, scene.camera, 5.6, 9.6, scene.light))
