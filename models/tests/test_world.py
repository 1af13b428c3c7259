"""The world is a function of its seed, and its labels describe its pictures."""

import math

import numpy as np
import pytest
from vigil_models.world.body import Build
from vigil_models.world.camera import Camera
from vigil_models.world.light import Light
from vigil_models.world.motion import Gait, Stroll
from vigil_models.world.person import Look, Person
from vigil_models.world.props import Prop
from vigil_models.world.scene import LABELS, Scene, canvas_camera
from vigil_models.world.sensor import Sensor
from vigil_models.world.solids import Model, block
from vigil_models.world.stage import ACTIONS, REVERSED_PAIRS, stage_action
from vigil_models.world.street import street_scene

SIZE = (192, 144)
CLEAN = Sensor(exposure=0.001, blur=0.0, noise=0.0, flicker=0.0, jpeg=0, vignette=0.0)
EVEN = Light("day", np.array([0.3, 0.3]), 0.0, np.array([0.5, -0.5]), (1.0, 1.0, 1.0), 1.0, 1.0, 1.0)
LOOK = Look((220, 180, 150), (40, 30, 20), (200, 30, 30), (30, 60, 160), (20, 20, 20))


def empty_scene(sensor=CLEAN):
    camera = canvas_camera(SIZE, focal=180.0, height=2.0, pitch=0.2)
    grey = np.full((camera.height_px, camera.width, 3), 128, np.uint8)
    return Scene(0, SIZE, camera, grey, EVEN, sensor)


def walker(x=0.0, y=5.0, heading=0.0, speed=1.4):
    return Person(Stroll(x, y, heading, Gait(speed=speed)), Build(), LOOK)


def drawn_extent(frame, reference):
    """x1, y1, x2, y2 of the pixels that differ from the reference picture."""
    changed = np.abs(frame.image.astype(int) - reference.image).max(axis=2) > 24
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])


def test_a_seed_gives_the_same_picture_every_time():
    first, again = street_scene(5, SIZE), street_scene(5, SIZE)
    again.render(1.0)  # what was rendered before has no influence
    a, b = first.render(0.4), again.render(0.4)
    assert np.array_equal(a.image, b.image) and np.array_equal(a.boxes, b.boxes)
    assert not np.array_equal(a.image, street_scene(6, SIZE).render(0.4).image)


@pytest.mark.parametrize("heading", [0.0, 1.0, math.pi / 2, 2.5, math.pi])
def test_box_encloses_what_is_drawn(heading):
    scene = empty_scene()
    reference = scene.render(0.0)
    scene.actors.append(walker(heading=heading))
    frame = scene.render(0.0)
    assert [LABELS[i] for i in frame.labels] == ["person"]
    np.testing.assert_allclose(frame.boxes[0], drawn_extent(frame, reference), atol=1.5)
    assert frame.visible[0] > 0.98 and not frame.ignore[0]


def test_box_follows_camera_shake():
    scene = empty_scene(Sensor(exposure=0.001, blur=0.0, noise=0.0, flicker=0.0, jpeg=0, vignette=0.0, shake=3.0))
    reference = empty_scene().render(0.0)
    scene.actors.append(walker(speed=0.0))
    corners = []
    for t in (0.0, 0.5, 1.0):
        frame = scene.render(t)
        np.testing.assert_allclose(frame.boxes[0], drawn_extent(frame, reference), atol=2.0)
        corners.append(frame.boxes[0][:2])
    assert np.ptp(corners, axis=0).max() > 0.5


def test_hidden_part_is_outside_the_box_and_lowers_visibility():
    scene = empty_scene()
    scene.actors.append(walker())
    whole = scene.render(0.0)
    scene.fix(Prop(Model().solid(block(-1, 1, -0.05, 0.05, 0, 0.8), (90.0, 90.0, 90.0)), 0.0, 4.0))
    hidden = scene.render(0.0)
    assert hidden.boxes[0][3] < whole.boxes[0][3] - 10
    assert 0.3 < hidden.visible[0] < 0.8


def test_barely_visible_object_is_to_be_ignored():
    scene = empty_scene()
    scene.actors.append(walker())
    scene.fix(Prop(Model().solid(block(-1, 1, -0.05, 0.05, 0, 1.5), (90.0, 90.0, 90.0)), 0.0, 4.4))
    frame = scene.render(0.0)
    assert frame.visible[0] < 0.25 and frame.ignore[0]


def test_box_is_clipped_to_the_picture():
    scene = empty_scene()
    scene.actors.append(walker(x=2.6))
    frame = scene.render(0.0)
    assert frame.boxes[0][2] == SIZE[0] and frame.visible[0] < 0.95


def test_tracks_number_the_same_object_in_all_frames():
    scene = empty_scene()
    scene.actors += [walker(x=-1.0, heading=0.0), walker(x=1.0, heading=math.pi, y=6.0)]
    for t in (0.0, 0.6, 1.5):
        frame = scene.render(t)
        centre = (frame.boxes[:, 0] + frame.boxes[:, 2]) / 2
        left_first = centre[frame.tracks == 0] < centre[frame.tracks == 1]
        assert left_first.all() == (t < 0.7)


def test_long_exposure_smears_what_moves():
    sharp, blurred = empty_scene(), empty_scene(Sensor(exposure=0.12, blur=0.0, noise=0.0, flicker=0.0, jpeg=0, vignette=0.0))
    for scene in (sharp, blurred):
        scene.actors.append(walker(speed=3.0))
    frames = [scene.render(0.0) for scene in (sharp, blurred)]
    edges = [np.abs(np.diff(frame.image.astype(int), axis=1)).max() for frame in frames]
    assert edges[1] < 0.75 * edges[0]
    assert frames[0].smear[0] == 0 and frames[1].smear[0] > 5


def test_camera_projects_a_ground_point_back_to_its_pixel():
    camera = Camera(200, 150, focal=180.0, height=3.0, pitch=0.3, roll=0.05)
    x, y = camera.ground_at(60.0, 110.0)
    np.testing.assert_allclose(camera.project(np.array([[x, y, 0.0]]))[0][0], (60.0, 110.0), atol=1e-6)
    assert camera.ground_at(100.0, -400.0) is None


@pytest.mark.parametrize("first, second", REVERSED_PAIRS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reversed_pair_is_the_same_movement_played_backwards(first, second, seed):
    forward, backward = stage_action(seed, SIZE, first), stage_action(seed, SIZE, second)
    assert backward.duration == forward.duration
    assert backward.start == pytest.approx(forward.duration - forward.end)
    for t in np.linspace(0.01, forward.duration - 0.01, 7):
        mirrored = forward.duration - t
        np.testing.assert_allclose(forward.principal.at(t), backward.principal.at(mirrored), atol=1e-6)
        cargo, twin = forward.principal.cargo, backward.principal.cargo
        assert (cargo is None) == (twin is None)
        if cargo is not None:
            assert cargo.rest(t) == twin.rest(mirrored)
    assert np.array_equal(forward.scene.background, backward.scene.background)


def test_people_walk_through_doors_facing_either_way():
    """Otherwise the direction of the face would tell entering from leaving in a single frame."""
    facing = set()
    for seed in range(12):
        action = stage_action(seed, SIZE, "entering")
        middle = (action.start + action.end) / 2
        before, after = (action.principal.motion.at(middle + d) for d in (-0.2, 0.2))
        course = math.atan2(after.y - before.y, after.x - before.x)
        facing.add(math.cos(course - after.heading) > 0)
    assert facing == {True, False}


def test_picked_up_thing_starts_on_the_ground_and_ends_in_the_hand():
    action = stage_action(4, SIZE, "picking up")
    assert action.principal.cargo.rest(0.0) is not None
    assert action.principal.cargo.rest(action.duration) is None


@pytest.mark.parametrize("action", ACTIONS)
def test_principal_fills_the_wanted_share_of_the_picture(action):
    shares = [stage_action(seed, SIZE, action).stature for seed in range(6)]
    assert min(shares) > 0.15 and max(shares) < 1.2


def test_unknown_action_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="choose one of: standing"):
        stage_action(0, SIZE, "flying")
