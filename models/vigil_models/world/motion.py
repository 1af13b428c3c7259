"""What people do: gaits, key-framed movements and scripts that string them together.

A motion maps a time in seconds to a `Stance`. Motions are pure functions of time, so any of them can be played
backwards (`Reversed`), which is how "standing up" is made from "sitting down".
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Callable, Protocol

import numpy as np

from vigil_models.world.body import INDEX, Build, J, joints, pose


@dataclass(frozen=True)
class Stance:
    """A pose at a ground point (metres) with a heading (radians).

    ``planted`` in [0, 1] tells whether the point is under the ankles (1) or under the pelvis (0).
    """

    pose: np.ndarray
    x: float
    y: float
    heading: float
    planted: float = 0.0

    def points(self, build: Build) -> np.ndarray:
        """Body-frame joints (20, 3), shifted so that the stance's ground point is the origin."""
        points = joints(self.pose, build)
        if self.planted:
            ankles = points[[J["ankle_l"], J["ankle_r"]]].mean(axis=0)
            points[:, :2] -= self.planted * ankles[:2]
        return points


class Motion(Protocol):
    """Anything that moves a body; defined for every time."""

    def at(self, t: float) -> Stance: ...


def smooth(u: float) -> float:
    """Smoothstep of u clamped to [0, 1]."""
    u = min(max(u, 0.0), 1.0)
    return u * u * (3 - 2 * u)


@dataclass(frozen=True)
class Gait:
    """A way to walk or run: speed in m/s, stride (two steps) in metres, swings in radians."""

    speed: float = 1.3
    stride: float = 1.45
    hip: float = 0.42
    knee: float = 0.75
    arm: float = 0.4
    elbow: float = 0.3
    lean: float = 0.05
    out: float = 0.12
    carry: float = 0.0

    @staticmethod
    def random(rng: np.random.Generator, stature: float, running: bool = False) -> "Gait":
        size = stature / 1.75
        if running:
            speed = rng.uniform(2.4, 4.2) * size
            return Gait(speed, stride=0.75 * speed, hip=rng.uniform(0.6, 0.85), knee=rng.uniform(1.2, 1.7), arm=rng.uniform(0.6, 0.9), elbow=rng.uniform(1.2, 1.7), lean=rng.uniform(0.1, 0.3))  # fmt: skip
        speed = rng.uniform(0.7, 1.8) * size
        return Gait(speed, stride=(0.7 + 0.5 * speed), hip=rng.uniform(0.32, 0.5), knee=rng.uniform(0.6, 0.95), arm=rng.uniform(0.1, 0.6), elbow=rng.uniform(0.1, 0.6), lean=rng.uniform(0.0, 0.12), out=rng.uniform(0.05, 0.2), carry=float(rng.random() < 0.15))  # fmt: skip

    def pose(self, phase: float, amplitude: float = 1.0) -> np.ndarray:
        """Pose at a phase in strides; ``amplitude`` in [0, 1] fades the gait into a stand."""
        swing = math.sin(2 * math.pi * phase)
        speed = math.cos(2 * math.pi * phase)
        a = amplitude
        left_arm = -self.arm * swing
        vector = pose(
            lean=self.lean * a,
            hip_l=a * (0.06 + self.hip * swing), hip_r=a * (0.06 - self.hip * swing),
            knee_l=0.05 + a * (0.1 + self.knee * max(0.0, speed) ** 1.3),
            knee_r=0.05 + a * (0.1 + self.knee * max(0.0, -speed) ** 1.3),
            spread=0.04, arm_l=a * left_arm, arm_r=-a * left_arm,
            elbow_l=0.15 + a * self.elbow * (1 + 0.5 * max(0, left_arm)),
            elbow_r=0.15 + a * self.elbow * (1 + 0.5 * max(0, -left_arm)),
            out_l=self.out, out_r=self.out, twist=-0.12 * a * swing,
        )  # fmt: skip
        if self.carry:
            vector[INDEX["arm_r"]], vector[INDEX["elbow_r"]] = 0.5, 1.6
        return vector


@dataclass(frozen=True)
class Stroll:
    """Endless straight walk; at t = 0 the walker is at x, y."""

    x: float
    y: float
    heading: float
    gait: Gait
    phase: float = 0.0

    def at(self, t: float) -> Stance:
        distance = self.gait.speed * t
        return Stance(
            self.gait.pose(self.phase + distance / self.gait.stride),
            self.x + distance * math.cos(self.heading),
            self.y + distance * math.sin(self.heading),
            self.heading,
        )


@dataclass(frozen=True)
class Linger:
    """Standing or sitting about: a pose with slow sway and some gesturing, unchanged under time reversal in law."""

    pose: np.ndarray
    x: float
    y: float
    heading: float
    sway: np.ndarray
    rates: np.ndarray
    phases: np.ndarray

    @staticmethod
    def random(rng: np.random.Generator, base: np.ndarray, x: float, y: float, heading: float) -> "Linger":
        sway = np.zeros_like(base)
        for name in ("lean", "bend", "head", "twist"):
            sway[INDEX[name]] = rng.uniform(0, 0.05)
        if rng.random() < 0.4:
            for name in ("arm_l", "arm_r", "elbow_l", "elbow_r", "out_l", "out_r"):
                sway[INDEX[name]] = rng.uniform(0, 0.35)
        return Linger(base, x, y, heading, sway, rng.uniform(1.0, 5.0, base.shape), rng.uniform(0, 6.3, base.shape))

    def at(self, t: float) -> Stance:
        return Stance(self.pose + self.sway * np.sin(self.rates * t + self.phases), self.x, self.y, self.heading, 1.0)


def random_stand(rng: np.random.Generator) -> np.ndarray:
    """A standing pose: relaxed, on the phone, arms crossed, hands on hips, looking at something held."""
    kind = rng.choice(5, p=[0.5, 0.1, 0.14, 0.1, 0.16])
    arms = (
        dict(arm_l=rng.normal(0, 0.12), arm_r=rng.normal(0, 0.12), elbow_l=rng.uniform(0.05, 0.5), elbow_r=rng.uniform(0.05, 0.5)),
        dict(arm_r=0.7, elbow_r=2.3, out_r=0.4),
        dict(arm_l=0.35, arm_r=0.35, elbow_l=1.7, elbow_r=1.7, out_l=0.1, out_r=0.1),
        dict(arm_l=-0.4, arm_r=-0.4, elbow_l=1.4, elbow_r=1.4, out_l=0.7, out_r=0.7),
        dict(arm_l=0.3, arm_r=0.4, elbow_l=1.5, elbow_r=1.5, head=0.35),
    )[kind]
    weight = rng.uniform(-0.08, 0.08)
    stand = pose(hip_l=weight, hip_r=-weight * 0.5, spread=rng.uniform(0.02, 0.14), lean=rng.normal(0.02, 0.04), head=rng.normal(0, 0.1))
    for name, value in arms.items():
        stand[INDEX[name]] = value
    return jitter(rng, stand, 0.04)


def jitter(rng: np.random.Generator, angles: np.ndarray, scale: float = 0.08) -> np.ndarray:
    """The pose with small random deviations; whole-body turns stay."""
    noise = rng.normal(0, scale, angles.shape)
    noise[[INDEX["pitch"], INDEX["roll"], INDEX["spread"]]] = 0
    result = angles + noise
    for name in ("knee_l", "knee_r"):
        result[INDEX[name]] = max(result[INDEX[name]], 0.0)
    return result


def random_sit(rng: np.random.Generator, low: bool = False) -> np.ndarray:
    """A sitting pose; ``low`` for a kerb or the floor."""
    hip = rng.uniform(2.0, 2.3) if low else rng.uniform(1.35, 1.6)
    knee = rng.uniform(2.2, 2.6) if low else hip + rng.uniform(-0.25, 0.15)
    lap = rng.uniform(0.3, 0.8)
    return jitter(rng, pose(lean=rng.uniform(-0.05, 0.25), hip_l=hip, hip_r=hip, knee_l=knee, knee_r=knee, spread=rng.uniform(0.05, 0.25), arm_l=lap, arm_r=lap, elbow_l=rng.uniform(0.5, 1.3), elbow_r=rng.uniform(0.5, 1.3)), 0.05)  # fmt: skip


def random_reach(rng: np.random.Generator, level: float) -> np.ndarray:
    """A pose whose right hand reaches down to about ``level`` metres: stooped or squatting."""
    if level > 0.5:
        lean, hip, knee = rng.uniform(0.55, 0.9), 0.15, 0.25
    elif rng.random() < 0.6:
        lean, hip, knee = rng.uniform(1.2, 1.5), rng.uniform(0.2, 0.5), rng.uniform(0.35, 0.8)
    else:
        hip = rng.uniform(1.2, 1.7)
        lean, knee = rng.uniform(0.6, 0.9), hip + rng.uniform(0.5, 0.8)
    both = rng.random() < 0.5
    reach = rng.uniform(0.15, 0.5)
    return jitter(rng, pose(lean=lean, hip_l=hip, hip_r=hip, knee_l=knee, knee_r=knee + rng.uniform(0, 0.3), spread=0.12, arm_r=reach, elbow_r=0.1, arm_l=reach if both else rng.uniform(-0.5, 0.6), elbow_l=0.1 if both else 0.5, out_l=0.05, out_r=0.03), 0.05)  # fmt: skip


def random_lie(rng: np.random.Generator) -> np.ndarray:
    """Lying on the ground after a fall: forwards, backwards or to a side, limbs anyhow."""
    limbs = dict(
        hip_l=rng.uniform(-0.1, 0.8), hip_r=rng.uniform(-0.1, 0.8), knee_l=rng.uniform(0.1, 1.3), knee_r=rng.uniform(0.1, 1.3),
        arm_l=rng.uniform(-0.3, 2.4), arm_r=rng.uniform(-0.3, 2.4), elbow_l=rng.uniform(0.1, 1.2), elbow_r=rng.uniform(0.1, 1.2),
        out_l=rng.uniform(0.1, 0.9), out_r=rng.uniform(0.1, 0.9), spread=rng.uniform(0.05, 0.25), lean=rng.uniform(-0.1, 0.3),
    )  # fmt: skip
    turn = (dict(pitch=rng.uniform(1.35, 1.6)), dict(pitch=-rng.uniform(1.35, 1.6)), dict(roll=rng.choice([-1, 1]) * rng.uniform(1.35, 1.6)))
    return pose(**limbs, **turn[rng.integers(3)])


@dataclass
class Script:
    """A sequence of movements of one person, built by appending; clamped before its start and after its end.

    Every method appends one segment and returns the script. ``marks`` remembers when each named segment starts
    and ends, in seconds.
    """

    x: float
    y: float
    heading: float
    build: Build
    rng: np.random.Generator
    stand: np.ndarray | None = None
    duration: float = 0.0
    marks: list[tuple[str, float, float]] = field(default_factory=list)
    _segments: list[tuple[float, Callable[[float], Stance]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.stand is None:
            self.stand = random_stand(self.rng)
        self._pose = self.stand
        self._held_arms: dict[str, float] | None = None

    def at(self, t: float) -> Stance:
        t = min(max(t, 0.0), self.duration - 1e-6)
        start = 0.0
        for length, segment in self._segments:
            if t < start + length:
                return segment(t - start)
            start += length
        raise ValueError("the script is empty: append a movement before asking for a stance")

    def linger(self, seconds: float, label: str = "standing") -> "Script":
        """Stays in the current pose, swaying."""
        still = Linger.random(self.rng, self._pose, self.x, self.y, self.heading)
        ease = min(0.3, seconds / 3)

        def stance(t: float) -> Stance:
            fade = smooth(t / ease) * smooth((seconds - t) / ease)
            return Stance(still.pose + fade * (still.at(t).pose - still.pose), still.x, still.y, still.heading, 1.0)

        return self._append(label, seconds, stance)

    def move(self, label: str, seconds: float, *keys: tuple[float, np.ndarray], drift: float = 0.0) -> "Script":
        """Moves through key poses given as (fraction of the time, pose), eased; slides ``drift`` metres forward."""
        origin, x, y, heading = self._pose, self.x, self.y, self.heading
        frames = [(0.0, origin), *keys]

        def stance(t: float) -> Stance:
            u = t / seconds
            slide = drift * smooth(u)
            for (u0, p0), (u1, p1) in zip(frames, frames[1:]):
                if u <= u1:
                    break
            w = smooth((u - u0) / (u1 - u0))
            return Stance(p0 + w * (p1 - p0), x + slide * math.cos(heading), y + slide * math.sin(heading), heading, 1.0)

        self._append(label, seconds, stance)
        self._pose = keys[-1][1]
        self.x += drift * math.cos(heading)
        self.y += drift * math.sin(heading)
        return self

    def turn(self, heading: float, seconds: float = 0.6, label: str = "standing") -> "Script":
        """Turns on the spot to a heading, the short way, with small steps."""
        start, x, y, base = self.heading, self.x, self.y, self._pose
        swing = (heading - start + math.pi) % (2 * math.pi) - math.pi
        if abs(swing) < 0.05:
            return self

        def stance(t: float) -> Stance:
            step = base.copy()
            lift = math.sin(math.pi * t / seconds)
            step[INDEX["knee_l"]] += 0.5 * lift * max(0.0, math.sin(6.3 * t / seconds))
            step[INDEX["hip_l"]] += 0.25 * lift * max(0.0, math.sin(6.3 * t / seconds))
            return Stance(step, x, y, start + swing * smooth(t / seconds), 1.0)

        self._append(label, seconds, stance)
        self.heading = heading
        return self

    def walk(self, x: float, y: float, gait: Gait, label: str = "walking", backwards: bool = False) -> "Script":
        """Walks straight to a ground point, accelerating from and braking to the current stand."""
        dx, dy = x - self.x, y - self.y
        distance = math.hypot(dx, dy)
        course = math.atan2(dy, dx)
        heading = course + math.pi if backwards else course
        ramp = min(0.5, 0.4 * distance / gait.speed)
        seconds = distance / gait.speed + ramp
        x0, y0, base, stand = self.x, self.y, self._pose, self.stand
        phase0, sign = self.rng.choice([0.0, 0.5]), -1.0 if backwards else 1.0
        carried = self._held_arms

        def travelled(t: float) -> float:
            if t < ramp:
                return 0.5 * gait.speed * t * t / ramp
            if t > seconds - ramp:
                return distance - 0.5 * gait.speed * (seconds - t) ** 2 / ramp
            return gait.speed * (t - 0.5 * ramp)

        def stance(t: float) -> Stance:
            s = travelled(t)
            amplitude = smooth(t / ramp) * smooth((seconds - t) / ramp)
            rest = base if t < seconds / 2 else stand
            stride = gait.pose(phase0 + sign * s / gait.stride)
            blended = rest + amplitude * (stride - rest)
            if carried:
                for name, value in carried.items():
                    blended[INDEX[name]] = value
            w = s / distance
            return Stance(blended, x0 + w * dx, y0 + w * dy, heading, 1.0 - amplitude)

        self.heading = heading
        self._append(label, seconds, stance)
        self._pose = stand
        self.x, self.y = x, y
        return self

    def sit(self, seconds: float, seat: np.ndarray, label: str = "sitting down") -> "Script":
        """Sits down into the pose ``seat``."""
        lean = self.rng.uniform(0.4, 0.8)
        halfway = 0.5 * (self._pose + seat)
        halfway[INDEX["lean"]] = lean
        return self.move(label, seconds, (self.rng.uniform(0.45, 0.6), halfway), (1.0, seat))

    def rise(self, seconds: float, label: str = "standing up") -> "Script":
        """Stands up from a seat."""
        halfway = 0.5 * (self._pose + self.stand)
        halfway[INDEX["lean"]] = self.rng.uniform(0.4, 0.8)
        return self.move(label, seconds, (self.rng.uniform(0.4, 0.55), halfway), (1.0, self.stand))

    def reach(self, seconds: float, low: np.ndarray, label: str, upright: np.ndarray | None = None) -> "Script":
        """Goes down to the pose ``low`` and up again, to ``upright`` or the stand."""
        middle = self.rng.uniform(0.42, 0.58)
        return self.move(label, seconds, (middle - 0.04, low), (middle + 0.04, low), (1.0, self.stand if upright is None else upright))

    def fall(self, seconds: float, down: np.ndarray, label: str = "falling") -> "Script":
        """Falls into the lying pose ``down``: knees give way, then gravity takes over."""
        give = self._pose + 0.25 * (down - self._pose)
        for name in ("knee_l", "knee_r"):
            give[INDEX[name]] += self.rng.uniform(0.2, 0.9)
        for name in ("arm_l", "arm_r"):
            give[INDEX[name]] += self.rng.uniform(0.2, 1.0)
        return self.move(label, seconds, (self.rng.uniform(0.35, 0.5), give), (1.0, down), drift=self.rng.uniform(-0.1, 0.3))

    def hold(self, stand: np.ndarray) -> "Script":
        """From now on movements return to ``stand``, and its arms stay as they are while walking."""
        self.stand = stand
        self._held_arms = {name: stand[INDEX[name]] for name in ("arm_l", "arm_r", "elbow_l", "elbow_r", "out_l", "out_r")}
        return self

    def release(self, stand: np.ndarray) -> "Script":
        """From now on movements return to ``stand`` with free arms."""
        self.stand, self._held_arms = stand, None
        return self

    def _append(self, label: str, seconds: float, stance: Callable[[float], Stance]) -> "Script":
        self._segments.append((seconds, stance))
        self.marks.append((label, self.duration, self.duration + seconds))
        self.duration += seconds
        return self


@dataclass(frozen=True)
class Reversed:
    """A script played backwards."""

    script: Script

    def at(self, t: float) -> Stance:
        return self.script.at(self.script.duration - t)


@dataclass(frozen=True)
class Shifted:
    """A motion started ``by`` seconds earlier."""

    motion: Motion
    by: float

    def at(self, t: float) -> Stance:
        return self.motion.at(t + self.by)
