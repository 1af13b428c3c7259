"""The articulated human body: proportions, pose angles and forward kinematics.

Body coordinates are metres: x forward, y to the left, z up. Angles are radians. Limb angles are measured from
straight down in the body's own frame, forward positive, so that an arm hangs however far the back is bent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

POSE_ANGLES = (
    "lean", "bend", "head",
    "hip_l", "hip_r", "knee_l", "knee_r", "spread",
    "arm_l", "arm_r", "elbow_l", "elbow_r", "out_l", "out_r",
    "pitch", "roll", "twist",
)  # fmt: skip
"""Entries of a pose vector. ``pitch`` and ``roll`` turn the whole body: forward and to the left."""
INDEX = {name: i for i, name in enumerate(POSE_ANGLES)}

JOINTS = (
    "pelvis", "neck", "head", "crown",
    "hip_l", "hip_r", "knee_l", "knee_r", "ankle_l", "ankle_r", "toe_l", "toe_r",
    "shoulder_l", "shoulder_r", "elbow_l", "elbow_r", "wrist_l", "wrist_r", "hand_l", "hand_r",
)  # fmt: skip
J = {name: i for i, name in enumerate(JOINTS)}


def pose(**angles: float) -> np.ndarray:
    """A pose vector with the named angles set and the others of a relaxed stand."""
    vector = np.zeros(len(POSE_ANGLES))
    relaxed = {"knee_l": 0.05, "knee_r": 0.05, "spread": 0.06, "elbow_l": 0.18, "elbow_r": 0.18, "out_l": 0.1, "out_r": 0.1}
    for name, value in {**relaxed, **angles}.items():
        vector[INDEX[name]] = value
    return vector


@dataclass(frozen=True)
class Build:
    """Proportions of one person; ``stature`` in metres, the others relative to an average build."""

    stature: float = 1.75
    girth: float = 1.0
    shoulders: float = 1.0
    legs: float = 1.0

    @property
    def leg(self) -> float:
        return 0.245 * self.stature * self.legs

    @property
    def torso(self) -> float:
        return 0.30 * self.stature * (2 - self.legs)


_GROUND_RADIUS = np.full(len(JOINTS), 0.05)
for _name, _radius in {"pelvis": 0.10, "neck": 0.07, "head": 0.09, "crown": 0.02, "toe_l": 0.02, "toe_r": 0.02}.items():
    _GROUND_RADIUS[J[_name]] = _radius


def joints(angles: np.ndarray, build: Build) -> np.ndarray:
    """Joint positions (20, 3) of a pose, lowest point on the ground, pelvis above the origin."""
    (lean, bend, nod, hip_l, hip_r, knee_l, knee_r, spread, arm_l, arm_r, elbow_l, elbow_r, out_l, out_r, pitch, roll, twist) = (
        angles.tolist()
    )
    s, sin, cos = build.stature, math.sin, math.cos
    back = (sin(lean) * cos(bend), sin(bend), cos(lean) * cos(bend))
    neck = tuple(build.torso * c for c in back)
    tilt = 0.75 * lean + nod
    up = (sin(tilt), 0.6 * sin(bend), cos(tilt))
    head = tuple(n + 0.105 * s * u for n, u in zip(neck, up))
    crown = tuple(n + 0.18 * s * u for n, u in zip(neck, up))
    rows = [(0.0, 0.0, 0.0), neck, head, crown]
    half_hip, half_shoulder = 0.052 * s, 0.105 * s * build.shoulders
    hips = [(0.0, half_hip, 0.0), (0.0, -half_hip, 0.0)]
    knees, ankles, toes = [], [], []
    for side, hip, flex, knee in ((1, hips[0], hip_l, knee_l), (-1, hips[1], hip_r, knee_r)):
        shin = flex - knee
        aside = side * sin(spread) * build.leg
        thigh_end = (hip[0] + sin(flex) * build.leg, hip[1] + aside, hip[2] - cos(flex) * cos(spread) * build.leg)
        ankle = (thigh_end[0] + sin(shin) * build.leg, thigh_end[1] + aside * 0.5, thigh_end[2] - cos(shin) * build.leg)
        foot = 0.6 * min(shin, 0.0) if shin > -1.2 else shin + 0.5
        toes.append((ankle[0] + 0.11 * s * cos(foot), ankle[1] + side * 0.02, ankle[2] + 0.11 * s * sin(foot) - 0.02 * s))
        knees.append(thigh_end)
        ankles.append(ankle)
    rows += [*hips, *knees, *ankles, *toes]
    shoulders, elbows, wrists, hands = [], [], [], []
    for side, flex, elbow, out in ((1, arm_l, elbow_l, out_l), (-1, arm_r, elbow_r, out_r)):
        shoulder = (
            neck[0] * 0.94 - side * sin(twist) * half_shoulder,
            neck[1] * 0.94 + side * cos(twist) * half_shoulder,
            neck[2] * 0.94 - side * sin(bend) * half_shoulder,
        )
        upper, fore = 0.172 * s, 0.15 * s
        elbow_at = (shoulder[0] + sin(flex) * cos(out) * upper, shoulder[1] + side * sin(out) * upper, shoulder[2] - cos(flex) * cos(out) * upper)
        bent = flex + elbow
        reach = (sin(bent) * cos(out * 0.5), side * sin(out * 0.5) - side * 0.25 * sin(elbow) * 0.5, -cos(bent) * cos(out * 0.5))
        wrist = tuple(e + fore * r for e, r in zip(elbow_at, reach))
        shoulders.append(shoulder)
        elbows.append(elbow_at)
        wrists.append(wrist)
        hands.append(tuple(w + 0.05 * s * r for w, r in zip(wrist, reach)))
    rows += [*shoulders, *elbows, *wrists, *hands]
    points = np.array(rows)
    if pitch or roll:
        points = points @ _turn(pitch, roll).T
    points[:, 2] -= (points[:, 2] - _GROUND_RADIUS).min()
    return points


def _turn(pitch: float, roll: float) -> np.ndarray:
    sp, cp, sr, cr = math.sin(pitch), math.cos(pitch), math.sin(roll), math.cos(roll)
    about_y = np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    about_x = np.array([[1, 0, 0], [0, cr, sr], [0, -sr, cr]])
    return about_y @ about_x


def placed(points: np.ndarray, x: float, y: float, heading: float) -> np.ndarray:
    """Body points (n, 3) turned to ``heading`` (radians from the world's x axis) and moved to ground point x, y."""
    c, s = math.cos(heading), math.sin(heading)
    out = np.empty_like(points)
    out[:, 0] = x + c * points[:, 0] - s * points[:, 1]
    out[:, 1] = y + s * points[:, 0] + c * points[:, 1]
    out[:, 2] = points[:, 2]
    return out
