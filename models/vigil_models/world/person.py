"""People: looks and drawing of an articulated body."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from vigil_models.world.body import Build, J, placed
from vigil_models.world.camera import NEAR, Camera
from vigil_models.world.canvas import Colour, Drawing, capsules, fixed, hull
from vigil_models.world.light import Light
from vigil_models.world.motion import Motion, Stance

_SKIN = [(241, 208, 180), (224, 182, 148), (198, 150, 112), (160, 112, 78), (118, 78, 52), (84, 56, 40)]
_HAIR = [(24, 20, 18), (48, 34, 24), (92, 62, 36), (170, 130, 74), (150, 148, 146), (110, 50, 28)]
_MUTED = [(28, 30, 36), (44, 46, 52), (58, 62, 74), (36, 44, 68), (70, 72, 70), (92, 84, 70), (120, 116, 110), (60, 48, 40)]
_BRIGHT = [(200, 40, 40), (38, 90, 190), (240, 240, 236), (226, 196, 60), (50, 140, 76), (232, 120, 40), (130, 60, 150), (220, 150, 170), (90, 170, 210), (180, 180, 176)]


def _vary(rng: np.random.Generator, colour: Colour, scale: float = 14) -> Colour:
    return tuple(float(np.clip(c, 4, 250)) for c in np.asarray(colour) + rng.normal(0, scale) + rng.normal(0, scale / 2, 3))


@dataclass(frozen=True)
class Look:
    """Clothes, hair and things worn; colours are RGB in [0, 255]."""

    skin: Colour
    hair: Colour
    top: Colour
    bottom: Colour
    shoes: Colour
    sleeves: str = "long"
    legs: str = "trousers"
    coat: bool = False
    long_hair: bool = False
    bald: bool = False
    hat: Colour | None = None
    backpack: Colour | None = None
    handbag: Colour | None = None
    inner: Colour | None = None

    @staticmethod
    def random(rng: np.random.Generator) -> "Look":
        def cloth(dark: float) -> Colour:
            roll = rng.random()
            if roll < dark:
                return _vary(rng, _MUTED[rng.integers(len(_MUTED))], 10)
            if roll < dark + 0.35:
                return _vary(rng, _BRIGHT[rng.integers(len(_BRIGHT))])
            return tuple(float(c) for c in rng.integers(15, 245, 3))

        long_hair = rng.random() < 0.35
        return Look(
            skin=_vary(rng, _SKIN[rng.integers(len(_SKIN))], 8),
            hair=_vary(rng, _HAIR[rng.integers(len(_HAIR))], 8),
            top=cloth(0.45),
            bottom=_vary(rng, (52, 66, 104), 16) if rng.random() < 0.3 else cloth(0.6),
            shoes=_vary(rng, (34, 32, 32) if rng.random() < 0.6 else (210, 206, 200), 10),
            sleeves=rng.choice(["long", "short", "none"], p=[0.68, 0.26, 0.06]),
            legs=rng.choice(["trousers", "shorts", "skirt"], p=[0.78, 0.12, 0.10]),
            coat=rng.random() < 0.25,
            long_hair=long_hair,
            bald=not long_hair and rng.random() < 0.1,
            hat=cloth(0.5) if rng.random() < 0.12 else None,
            backpack=cloth(0.5) if rng.random() < 0.16 else None,
            handbag=cloth(0.5) if rng.random() < 0.14 else None,
            inner=cloth(0.2) if rng.random() < 0.25 else None,
        )


def random_build(rng: np.random.Generator, child: float = 0.06) -> Build:
    """A build; with probability ``child`` that of a child."""
    stature = rng.uniform(1.1, 1.45) if rng.random() < child else rng.normal(1.73, 0.09)
    return Build(float(np.clip(stature, 1.05, 2.0)), rng.uniform(0.85, 1.35), rng.uniform(0.9, 1.12), rng.uniform(0.95, 1.05))


# Limbs: end joints, radii at both ends relative to stature, what covers them.
_LIMBS = [
    ("hip_l", "knee_l", 0.052, 0.037, "thigh"), ("knee_l", "ankle_l", 0.037, 0.026, "shin"), ("ankle_l", "toe_l", 0.026, 0.020, "shoe"),
    ("hip_r", "knee_r", 0.052, 0.037, "thigh"), ("knee_r", "ankle_r", 0.037, 0.026, "shin"), ("ankle_r", "toe_r", 0.026, 0.020, "shoe"),
    ("shoulder_l", "elbow_l", 0.034, 0.027, "upper"), ("elbow_l", "wrist_l", 0.027, 0.020, "fore"), ("wrist_l", "hand_l", 0.019, 0.021, "hand"),
    ("shoulder_r", "elbow_r", 0.034, 0.027, "upper"), ("elbow_r", "wrist_r", 0.027, 0.020, "fore"), ("wrist_r", "hand_r", 0.019, 0.021, "hand"),
    ("neck", "head", 0.032, 0.032, "neck"),
]  # fmt: skip
_A = np.array([J[limb[0]] for limb in _LIMBS])
_B = np.array([J[limb[1]] for limb in _LIMBS])
_RA = np.array([limb[2] for limb in _LIMBS])
_RB = np.array([limb[3] for limb in _LIMBS])
_WIDENS = np.array([0.0 if limb[4] in ("hand", "shoe", "neck") else 1.0 for limb in _LIMBS])
_TORSO = np.array([J[n] for n in ("shoulder_l", "shoulder_r", "hip_l", "hip_r")])
_CIRCLE = np.stack([np.cos(np.linspace(0, 2 * np.pi, 14, endpoint=False)), np.sin(np.linspace(0, 2 * np.pi, 14, endpoint=False))], -1)
DETAIL_PX = 26
"""Bodies smaller than this many pixels are drawn without shading of their parts."""


@dataclass
class Person:
    """A person with a build, a look and a motion.

    ``pelvis`` is the height in metres at which something (a saddle) carries the person; None stands on the ground.
    """

    motion: Motion
    build: Build
    look: Look
    cargo: "Carried | None" = None
    pelvis: float | None = None
    label: str = field(default="person", init=False)

    def at(self, t: float) -> np.ndarray:
        """World joints (20, 3) at time t."""
        return self._posed(self.motion.at(t))

    def _posed(self, stance: Stance) -> np.ndarray:
        points = placed(stance.points(self.build), stance.x, stance.y, stance.heading)
        if self.pelvis is not None:
            points[:, 2] += self.pelvis - points[J["pelvis"], 2]
        return points

    def draw(self, camera: Camera, t: float, light: Light) -> Drawing | None:
        """The person at time t, or None when too near or behind the camera."""
        stance = self.motion.at(t)
        points, heading = self._posed(stance), stance.heading
        pixels, depth = camera.project(points)
        if depth.min() <= NEAR * 2:
            return None
        look, s = self.look, self.build.stature
        unit = camera.focal / depth
        girth = 1 + (self.build.girth - 1) * _WIDENS
        ra, rb = _RA * s * girth * unit[_A], _RB * s * girth * unit[_B]
        outlines = fixed(capsules(pixels[_A], pixels[_B], ra, rb))
        drawing = Drawing(float(depth[J["ankle_l"]] + depth[J["ankle_r"]] + depth[J["pelvis"]]) / 3)
        detail = unit[0] * s > DETAIL_PX
        glints = fixed(capsules(pixels[_A] + light.glint * ra[:, None] * 0.4, pixels[_B] + light.glint * rb[:, None] * 0.4, ra * 0.5, rb * 0.5)) if detail else None  # fmt: skip
        covers = self._covers()
        order = self._order(depth)
        for group in order:
            if group == "torso":
                self._torso(drawing, pixels, unit, light, detail, heading, camera)
            elif group == "head":
                self._head(drawing, points, pixels, depth, unit, heading, camera, light)
            else:
                for i in _GROUPS[group]:
                    colour = light.on(covers[i], 0.93 if i in (0, 1, 6, 7) else 1.0)
                    drawing.polygons.append(outlines[i])
                    drawing.colours.append(colour)
                    if glints is not None:
                        drawing.polygons.append(glints[i])
                        drawing.colours.append(tuple(min(255.0, c * 1.14 + 5) for c in colour))
        if look.handbag and not self.cargo:
            self._handbag(drawing, pixels, unit, light)
        if self.cargo:
            self.cargo.draw_held(drawing, camera, points, t, heading, light)
        drawing.cast = lambda: self._shadow(camera, points, light)
        return drawing

    def _covers(self) -> list[Colour]:
        look = self.look
        skin_leg = look.skin
        by_part = {
            "thigh": skin_leg if look.legs == "skirt" else look.bottom,
            "shin": look.bottom if look.legs == "trousers" else skin_leg,
            "shoe": look.shoes,
            "upper": look.skin if look.sleeves == "none" else look.top,
            "fore": look.top if look.sleeves == "long" else look.skin,
            "hand": look.skin,
            "neck": look.skin,
        }
        return [by_part[limb[4]] for limb in _LIMBS]

    @staticmethod
    def _order(depth: np.ndarray) -> list[str]:
        at = depth.tolist()
        mean = {group: sum(at[joint] for joint in joints) / len(joints) for group, joints in _GROUP_JOINTS.items()}
        for arm in ("arm_l", "arm_r"):
            mean[arm] -= 0.03
        mean["neck"] = mean["torso"] + 0.02
        return sorted(mean, key=mean.__getitem__, reverse=True)

    def _torso(self, drawing: Drawing, pixels, unit, light: Light, detail: bool, heading: float, camera: Camera) -> None:
        look, s, girth = self.look, self.build.stature, self.build.girth
        radii = np.array([0.045, 0.045, 0.058, 0.058]) * s * (0.5 + 0.5 * girth) * unit[_TORSO]
        corners = pixels[_TORSO]
        hips = hull((corners[2:, None] + _CIRCLE * radii[2:, None, None] * 1.02).reshape(-1, 2))
        drawing.add(hips, light.on(look.bottom, 0.97))
        if look.legs == "skirt":
            knees = pixels[[J["knee_l"], J["knee_r"]]]
            hem = 0.25 * corners[2:] + 0.75 * knees
            circles = np.concatenate([corners[2:, None] + _CIRCLE * radii[2:, None, None], hem[:, None] + _CIRCLE * radii[2:, None, None] * 1.1])
            drawing.add(hull(circles.reshape(-1, 2)), light.on(look.bottom))
        if look.coat:
            knees = pixels[[J["knee_l"], J["knee_r"]]]
            hem = 0.4 * corners[2:] + 0.6 * knees
            circles = np.concatenate([corners[2:, None] + _CIRCLE * radii[2:, None, None] * 1.1, hem[:, None] + _CIRCLE * radii[2:, None, None] * 1.08])
            drawing.add(hull(circles.reshape(-1, 2)), light.on(look.top, 0.96))
        circles = corners[:, None] + _CIRCLE * radii[:, None, None] * np.array([1, 1, 0.92, 0.92])[:, None, None]
        body = hull(circles.reshape(-1, 2))
        colour = light.on(look.top)
        drawing.add(body, colour)
        if detail:
            middle = corners.mean(axis=0)
            drawing.add(middle + (body - middle) * (0.62, 0.86) + light.glint * radii[0] * 0.5, tuple(min(255.0, c * 1.09 + 4) for c in colour))
            front = math.sin(heading) < -0.2
            if look.inner and front:
                top, low = corners[:2].mean(axis=0), corners[2:].mean(axis=0)
                side = (corners[0] - corners[1]) * 0.16
                drawing.add(np.stack([top + side, top - side, low - side * 0.7, low + side * 0.7]), light.on(look.inner))
        if look.backpack:
            back = np.array([-math.cos(heading), -math.sin(heading)])
            shift = np.array([back[0], -back[1] * math.sin(camera.pitch)]) * 0.085 * s * unit[0]
            middle = 0.62 * corners[:2].mean(axis=0) + 0.38 * corners[2:].mean(axis=0)
            axis = (corners[2:].mean(axis=0) - corners[:2].mean(axis=0)) * 0.24
            radius = np.array([0.062 * s * unit[0]])
            pack = capsules((middle - axis + shift)[None], (middle + axis + shift)[None], radius, radius * 1.12)[0]
            if math.sin(heading) > -0.55:
                drawing.add(pack, light.on(look.backpack))
            else:
                drawing.polygons.insert(0, fixed(pack))
                drawing.colours.insert(0, light.on(look.backpack))

    def _head(self, drawing: Drawing, points, pixels, depth, unit, heading: float, camera: Camera, light: Light) -> None:
        look, s = self.look, self.build.stature
        head, up = pixels[J["head"]], pixels[J["crown"]] - pixels[J["neck"]]
        length = np.hypot(*up) + 1e-6
        up = up / length
        u = 0.001 + unit[J["head"]] * s
        # Towards the camera is -y in the world; the component of the face along it decides face or hair.
        view = points[J["head"]] - (0, 0, camera.height)
        view = view[:2] / (np.hypot(*view[:2]) + 1e-6)
        facing = -(math.cos(heading) * view[0] + math.sin(heading) * view[1])
        sideways = math.cos(heading) * view[1] - math.sin(heading) * view[0]
        forward_px = np.array([sideways, 0.25 * facing * math.sin(camera.pitch)])
        aside = np.array([-up[1], up[0]])
        shape = _CIRCLE[:, :1] * aside * 0.050 * u + _CIRCLE[:, 1:] * up * 0.066 * u
        skull = head + shape * 1.06
        hair = light.on(look.skin if look.bald else look.hair, 0.95)
        face = head + shape * (0.86, 0.86) + forward_px * 0.018 * u - up * 0.010 * u
        if look.long_hair:
            drop = head - up * 0.07 * u - forward_px * 0.02 * u
            drawing.add(hull(np.concatenate([skull - forward_px * 0.012 * u, drop + shape * 0.85])), hair)
        if facing > -0.35:
            drawing.add(skull - forward_px * 0.012 * u + up * 0.008 * u, hair)
            drawing.add(face, light.on(look.skin))
        else:
            drawing.add(face, light.on(look.skin))
            drawing.add(skull - forward_px * 0.01 * u + up * 0.004 * u, hair)
        if look.hat:
            cap = head + up * 0.028 * u + shape * (1.1, 1.1)
            keep = (cap - head) @ up > 0.012 * u
            if keep.sum() >= 3:
                drawing.add(cap[keep], light.on(look.hat))

    def _handbag(self, drawing: Drawing, pixels, unit, light: Light) -> None:
        s, hand = self.build.stature * unit[J["hand_l"]], pixels[J["hand_l"]]
        box = hand + np.array([[-0.07, 0.02], [0.07, 0.02], [0.08, 0.16], [-0.08, 0.16]]) * s
        drawing.add(box, light.on(self.look.handbag))

    def _shadow(self, camera: Camera, points: np.ndarray, light: Light) -> list[np.ndarray]:
        flat = points.copy()
        flat[:, :2] += points[:, 2:] * light.sun * light.directness
        flat[:, 2] = 0.0
        pixels, depth = camera.project(flat)
        # A shadow on the ground is foreshortened: it reads right when drawn thinner than what casts it.
        unit = 0.7 * camera.focal / depth * self.build.stature
        return list(fixed(capsules(pixels[_SHADOW_A], pixels[_SHADOW_B], _SHADOW_RA * unit[_SHADOW_A], _SHADOW_RB * unit[_SHADOW_B])))


_GROUPS = {"leg_l": (0, 1, 2), "leg_r": (3, 4, 5), "arm_l": (6, 7, 8), "arm_r": (9, 10, 11), "neck": (12,)}
_GROUP_JOINTS = {
    "leg_l": [J["hip_l"], J["knee_l"], J["ankle_l"]],
    "leg_r": [J["hip_r"], J["knee_r"], J["ankle_r"]],
    "arm_l": [J["shoulder_l"], J["elbow_l"], J["wrist_l"]],
    "arm_r": [J["shoulder_r"], J["elbow_r"], J["wrist_r"]],
    "torso": [J["pelvis"], J["neck"]],
    "head": [J["head"]],
}
_SHADOW_PARTS = [
    (J["ankle_l"], J["hip_l"], 0.035, 0.05), (J["ankle_r"], J["hip_r"], 0.035, 0.05), (J["pelvis"], J["neck"], 0.09, 0.10),
    (J["neck"], J["crown"], 0.05, 0.05), (J["shoulder_l"], J["wrist_l"], 0.03, 0.02), (J["shoulder_r"], J["wrist_r"], 0.03, 0.02),
]  # fmt: skip

_SHADOW_A = np.array([p[0] for p in _SHADOW_PARTS])
_SHADOW_B = np.array([p[1] for p in _SHADOW_PARTS])
_SHADOW_RA = np.array([p[2] for p in _SHADOW_PARTS])
_SHADOW_RB = np.array([p[3] for p in _SHADOW_PARTS])
