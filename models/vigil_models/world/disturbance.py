"""What spoils a camera's picture for a moment: hunting focus, shake, settling exposure, a starved encoder, high gain.

When it is spoilt is told by a schedule: a function of time in seconds that gives the disturbance of that moment, or None. A
schedule is made from a scene's seed by `never`, `passing` or `staged`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Optional

import numpy as np

from vigil_models.world.sensor import Sensor

KINDS = {
    "defocus": 0.25,
    "shake": 0.25,
    "overexposure": 0.15,
    "underexposure": 0.1,
    "compression": 0.15,
    "noise": 0.1,
}
"""How often each kind is drawn: the focus hunts, the mast shakes, exposure settles from dark or from bright, the encoder
lacks bits, the gain is high."""

SHORTEST, LONGEST = 0.3, 2.0
"""Seconds that a disturbance lasts."""
RAMP = 0.2
"""Share of its duration in which it comes, and in which it goes."""
FELT = 0.5
"""Strength from which a picture counts as disturbed."""

PERIOD = 6.0
"""Seconds of which `passing` disturbs some."""
DISTURBED_PERIODS = 0.8
"""Share of the periods with a disturbance, which makes one picture in eight a disturbed one."""


@dataclass(frozen=True)
class Disturbance:
    """One spoilt moment of ``duration`` seconds from ``start`` on; ``severity`` in [0, 1] is how bad its worst pictures are."""

    kind: str
    start: float
    duration: float
    severity: float

    @staticmethod
    def random(rng: np.random.Generator, start: float, duration: float) -> "Disturbance":
        return Disturbance(str(rng.choice(list(KINDS), p=list(KINDS.values()))), start, duration, float(rng.random()))

    def strength(self, t: float) -> float:
        """0 before and after it, 1 in its middle, where it is ``severity`` that counts."""
        passed = (t - self.start) / self.duration
        return float(np.clip(min(passed, 1 - passed) / RAMP, 0, 1))

    def on(self, sensor: Sensor, t: float) -> Sensor:
        """The sensor as it is at time t."""
        strength = self.strength(t)

        def between(mild: float, severe: float) -> float:
            return strength * (mild + (severe - mild) * self.severity)

        if self.kind == "defocus":
            return replace(sensor, blur=sensor.blur + between(2, 5))
        if self.kind == "shake":
            return replace(sensor, shake=sensor.shake + between(2, 4), tremor=between(5, 14))
        if self.kind == "overexposure":
            return replace(sensor, gain=2 ** between(0.8, 2))
        if self.kind == "underexposure":
            return replace(sensor, gain=2 ** -between(1.3, 2.7))
        if self.kind == "compression":
            ample = sensor.jpeg or 95
            return replace(sensor, jpeg=round(ample + strength * (10 - 7 * self.severity - ample)))
        if self.kind == "noise":
            return replace(sensor, noise=sensor.noise + between(18, 45))
        raise ValueError(f"there is no disturbance {self.kind}; choose one of: {', '.join(KINDS)}")


Schedule = Callable[[float], Optional[Disturbance]]


def never(seed: int) -> Schedule:
    """A camera whose pictures are all equally good."""
    return lambda t: None


def passing(seed: int) -> Schedule:
    """Disturbances that come and go, at most one in a `PERIOD`."""

    def of_period(number: int) -> Disturbance | None:
        rng = np.random.default_rng((seed, 8, number + 1_000_000))
        if rng.random() >= DISTURBED_PERIODS:
            return None
        duration = rng.uniform(SHORTEST, LONGEST)
        return Disturbance.random(rng, number * PERIOD + rng.uniform(0, PERIOD - duration), duration)

    def schedule(t: float) -> Disturbance | None:
        disturbance = of_period(int(np.floor(t / PERIOD)))
        return disturbance if disturbance is not None and disturbance.strength(t) > 0 else None

    return schedule


def staged(seed: int) -> Schedule:
    """One disturbance and no other, whose full strength falls on the scene's time 0."""
    rng = np.random.default_rng((seed, 9))
    duration = rng.uniform(SHORTEST, LONGEST)
    only = Disturbance.random(rng, -duration * rng.uniform(RAMP, 1 - RAMP), duration)
    return lambda t: only if only.strength(t) > 0 else None
