"""Scenes for the detector: streets, yards and rooms full of people, vehicles and animals."""

from __future__ import annotations

import math
from typing import Callable

import numpy as np

from vigil_models.world.background import Road, paint, plain_clutter
from vigil_models.world.camera import Camera
from vigil_models.world.disturbance import Schedule, never
from vigil_models.world.dog import Dog
from vigil_models.world.light import Light
from vigil_models.world.motion import Gait, Linger, Motion, Script, Shifted, Stroll, random_lie, random_reach, random_sit, random_stand
from vigil_models.world.person import Look, Person, random_build
from vigil_models.world.props import Prop, bush, random_posts, random_solid
from vigil_models.world.scene import Scene, canvas_camera
from vigil_models.world.sensor import Sensor
from vigil_models.world.vehicles import Bicycle, Riding, Vehicle, car_model, random_paint, truck_model


def street_scene(seed: int, size: tuple[int, int], disturb: Callable[[int], Schedule] = never) -> Scene:
    """The scene of a seed; what is there is best seen around t = 0.

    ``size`` is (width, height) in pixels; ``disturb`` makes the schedule of disturbances of a seed. Cameras range from close indoor views to street cameras that see people
    of 20 px (in a picture 288 px high) from above.
    """
    rng = np.random.default_rng((seed, 1))
    indoors = rng.random() < 0.15
    light = Light.random(rng, indoors=indoors)
    sensor = Sensor.random(rng, night=light.period == "night")
    camera, wall = _camera(rng, size, indoors)
    clutter = not indoors and rng.random() < 0.08
    if clutter:
        background = plain_clutter(rng, camera, wall)
    else:
        background = paint(rng, camera, indoors, wall, light.period == "night", road=rng.random() < 0.65)
    scene = Scene(seed, size, camera, background.image, light, sensor, disturb(seed))
    crowd = _Crowd(rng, camera, wall, background.road)
    if not indoors:
        _traffic(rng, scene, crowd)
    _people(rng, scene, crowd)
    if not indoors or rng.random() < 0.3:
        _animals(rng, scene, crowd)
    _furniture(rng, scene, crowd)
    return scene


def _camera(rng: np.random.Generator, size: tuple[int, int], indoors: bool) -> tuple[Camera, float]:
    """A random camera, and the distance of the back wall in metres."""
    view = math.radians(rng.uniform(45, 85) if indoors else rng.uniform(28, 72))
    focal = size[0] / 2 / math.tan(view / 2)
    scale = size[1] / 288
    tall = math.exp(rng.uniform(math.log(60 if indoors else 22), math.log(190 if indoors else 130))) * scale
    distance = focal * 1.7 / tall
    if indoors:
        height = rng.uniform(1.6, 3.0)
    else:
        height = rng.uniform(1.5, min(13.0, max(2.6, 0.8 * distance)))
    height = min(height, 0.9 * distance)
    pitch = math.atan2(height - 0.8, math.sqrt(distance**2 - (0.8 * height) ** 2)) + rng.normal(0, 0.04)
    wall = distance * (rng.uniform(1.2, 2.2) if indoors else rng.uniform(1.3, 3.8))
    return canvas_camera(size, focal, height, max(pitch, -0.02), rng.normal(0, 0.025)), wall


class _Crowd:
    """Finds free ground within the picture."""

    def __init__(self, rng: np.random.Generator, camera: Camera, wall: float, road: Road | None) -> None:
        self._rng, self._camera, self._wall = rng, camera, wall
        self.road = road
        self._taken: list[tuple[float, float, float]] = []

    def spot(self, room: float, tries: int = 12) -> tuple[float, float] | None:
        """A ground point (x, y) in view with ``room`` metres around it, or None when none was found."""
        for _ in range(tries):
            point = self._camera.ground_at(self._rng.uniform(-0.02, 1.02) * self._camera.width, self._rng.uniform(0.02, 1.08) * self._camera.height_px)
            if point is None or point[1] > self._wall - 0.3 or point[1] < 1.2:
                continue
            if self.claim(point[0], point[1], room):
                return float(point[0]), float(point[1])
        return None

    def claim(self, x: float, y: float, room: float) -> bool:
        """Takes the place unless somebody is too near."""
        if any((x - a) ** 2 + (y - b) ** 2 < (room + r) ** 2 for a, b, r in self._taken):
            return False
        self._taken.append((x, y, room))
        return True

    def near(self, x: float, y: float) -> bool:
        """Whether a ground point is in the picture, before the wall and not too close."""
        point = np.array([[x, y, 0.5]])
        if self._camera.depth(point)[0] < 2.0 or y > self._wall - 0.8:
            return False
        (column, row), _ = self._camera.project(point)[0][0], None
        return -0.15 * self._camera.width < column < 1.15 * self._camera.width and row < 1.4 * self._camera.height_px


def _traffic(rng: np.random.Generator, scene: Scene, crowd: _Crowd) -> None:
    road = crowd.road
    count = rng.choice([0, 1, 2, 3, 4, 6], p=[0.2, 0.22, 0.22, 0.16, 0.12, 0.08])
    for _ in range(count):
        label = "truck" if rng.random() < 0.38 else "car"
        model = truck_model(rng) if label == "truck" else car_model(rng)
        if road is not None and rng.random() < 0.75:
            along, side = rng.uniform(-30, 30), int(rng.choice([-1, 1]))
            parked = rng.random() < 0.45
            offset = side * road.width * (0.5 if parked else 0.25)
            x = road.x + along * math.cos(road.heading) - offset * math.sin(road.heading)
            y = road.y + along * math.sin(road.heading) + offset * math.cos(road.heading)
            heading = road.heading + (0 if side < 0 else math.pi) + rng.normal(0, 0.04)
            speed = 0.0 if parked else rng.uniform(1.0, 12.0)
            if not crowd.near(x, y) or not crowd.claim(x, y, 2.2):
                continue
        else:
            spot = crowd.spot(2.2)
            if spot is None:
                continue
            (x, y), heading = spot, rng.uniform(0, 2 * math.pi)
            speed = 0.0 if rng.random() < 0.7 else rng.uniform(0.5, 6.0)
        vehicle = Vehicle(label, model, x, y, heading, speed)
        scene.actors.append(vehicle) if speed else scene.fix(vehicle)
    for _ in range(rng.choice([0, 1, 2, 3], p=[0.45, 0.33, 0.15, 0.07])):
        spot = crowd.spot(0.7)
        if spot is None:
            continue
        ridden = rng.random() < 0.75
        heading = (road.heading + rng.choice([0, math.pi]) + rng.normal(0, 0.15)) if road is not None and rng.random() < 0.5 else rng.uniform(0, 2 * math.pi)
        bicycle = Bicycle(*spot, heading, rng.uniform(1.5, 6.5) if ridden else 0.0, random_paint(rng), rng.uniform(0.88, 1.1))
        if ridden:
            rider = Person(Riding(bicycle, rng.uniform(0.7, 1.4), rng.uniform(0.15, 0.7)), random_build(rng, child=0.0), Look.random(rng), pelvis=0.97 * bicycle.size)
            scene.actors += [bicycle, rider]
        else:
            scene.fix(bicycle)


def _people(rng: np.random.Generator, scene: Scene, crowd: _Crowd) -> None:
    for _ in range(rng.choice([0, 1, 2, 3, 4, 6], p=[0.05, 0.16, 0.25, 0.24, 0.18, 0.12])):
        spot = crowd.spot(0.5)
        if spot is None:
            continue
        if rng.random() < 0.28:
            _group(rng, scene, crowd, *spot)
        else:
            scene.actors.append(Person(_behaviour(rng, *spot, crowd.road), random_build(rng), Look.random(rng)))


def _group(rng: np.random.Generator, scene: Scene, crowd: _Crowd, x: float, y: float) -> None:
    """Two or three people walking or standing together."""
    heading, gait, walking = rng.uniform(0, 2 * math.pi), Gait.random(rng, 1.72), rng.random() < 0.75
    for place in range(rng.choice([2, 3], p=[0.75, 0.25])):
        aside, behind = place * rng.uniform(0.45, 0.8), rng.normal(0, 0.25)
        px, py = x - aside * math.sin(heading) - behind * math.cos(heading), y + aside * math.cos(heading) - behind * math.sin(heading)
        if walking:
            motion: Motion = Stroll(px, py, heading + rng.normal(0, 0.03), gait, rng.uniform(0, 1))
        else:
            motion = Linger.random(rng, random_stand(rng), px, py, rng.uniform(0, 2 * math.pi))
        scene.actors.append(Person(motion, random_build(rng), Look.random(rng)))


def _behaviour(rng: np.random.Generator, x: float, y: float, road: Road | None) -> Motion:
    """What a single passer-by does around t = 0."""
    heading = rng.uniform(0, 2 * math.pi)
    if road is not None and rng.random() < 0.4:
        heading = road.heading + rng.choice([0, math.pi]) + rng.normal(0, 0.2)
    roll = rng.random()
    if roll < 0.64:
        return Stroll(x, y, heading, Gait.random(rng, 1.72), rng.uniform(0, 1))
    if roll < 0.71:
        return Stroll(x, y, heading, Gait.random(rng, 1.72, running=True), rng.uniform(0, 1))
    if roll < 0.86:
        return Linger.random(rng, random_stand(rng), x, y, heading)
    script = Script(x, y, heading, random_build(rng), rng).linger(rng.uniform(0.5, 3))
    kind = rng.choice(["sit", "reach", "fall"], p=[0.45, 0.4, 0.15])
    if kind == "sit":
        script.sit(1.5, random_sit(rng, low=rng.random() < 0.3)).linger(rng.uniform(2, 8))
    elif kind == "reach":
        script.reach(2.0, random_reach(rng, 0.1), "picking up").linger(2.0)
    else:
        script.fall(1.0, random_lie(rng)).linger(6.0)
    return Shifted(script, rng.uniform(0.5, script.duration))


def _animals(rng: np.random.Generator, scene: Scene, crowd: _Crowd) -> None:
    for _ in range(rng.choice([0, 1, 2, 3], p=[0.5, 0.32, 0.12, 0.06])):
        spot = crowd.spot(0.5)
        if spot is None:
            continue
        speed = 0.0 if rng.random() < 0.2 else rng.uniform(0.5, 4.0)
        scene.actors.append(Dog.random(rng, *spot, rng.uniform(0, 2 * math.pi), speed))


def _furniture(rng: np.random.Generator, scene: Scene, crowd: _Crowd) -> None:
    for _ in range(rng.integers(0, 5)):
        spot = crowd.spot(0.35)
        if spot is not None:
            scene.fix(random_posts(rng, *spot) if rng.random() < 0.55 else Prop(random_solid(rng), *spot, rng.uniform(0, 3.2)))
    for _ in range(rng.choice([0, 1, 2, 3], p=[0.5, 0.25, 0.15, 0.1])):
        spot = crowd.spot(0.6)
        if spot is not None:
            scene.fix(bush(rng, scene.camera, *spot, scene.light))
