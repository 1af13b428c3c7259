"""Sampling and preparation of clips against the released implementation."""

import numpy as np
import pytest
from conftest import assert_close
from vigil_models.modeling import tam_inputs

RULES = {
    "val-dense": lambda length, segments: tam_inputs.dense(length, segments),
    "test-dense-1": lambda length, segments: tam_inputs.dense(length, segments),
    "test-dense-10": lambda length, segments: tam_inputs.dense(length, segments, 10),
    "val-uniform": tam_inputs.uniform_validation,
    "test-uniform-1": lambda length, segments: tam_inputs.uniform(length, segments),
    "test-uniform-2": lambda length, segments: tam_inputs.uniform(length, segments, 2),
}


def test_frames_are_those_of_the_released_samplers(shared):
    cases = shared.json("golden/tam/sampling_official.json")
    assert {case["mode"] for case in cases} == set(RULES)
    for case in cases:
        clips = RULES[case["mode"]](case["frames"], case["segments"])
        assert [frame + 1 for clip in clips for frame in clip] == case["indices"], case


@pytest.mark.parametrize("picture", ["img48x64", "img60x44", "img90x120"])
def test_pictures_are_scaled_cropped_and_normalised(shared, picture):
    case = shared.vectors("tam/preproc_official.npz")
    scaled = tam_inputs.scale_short_side(case[picture], 32)
    np.testing.assert_array_equal(scaled, case[f"{picture}/scaled"])
    assert_close(tam_inputs.to_clip([tam_inputs.centre_crop(scaled, 28)])[0, 0], case[f"{picture}/center"], 1e-6)
    assert_close(tam_inputs.to_clip(tam_inputs.three_crops(scaled, 32))[0], case[f"{picture}/three"], 1e-6)


def test_crops_lie_where_the_released_code_puts_them(shared):
    for case in shared.json("golden/tam/crop_geometry_official.json"):
        width, height = case["scaled"]
        positions = np.stack(np.meshgrid(range(height), range(width), indexing="ij"), -1)
        assert tam_inputs.centre_crop(positions, 224)[0, 0].tolist() == case["center224_top_left"]
        crops = tam_inputs.three_crops(positions, 256)
        assert [crop[0, 0, ::-1].tolist() for crop in crops] == case["three256_left_top"]
        source = np.zeros((*case["source"][::-1], 3), np.uint8)
        assert list(tam_inputs.scale_short_side(source, 256).shape[1::-1]) == case["scaled"]


def test_empty_video_is_refused():
    with pytest.raises(ValueError, match="a video needs frames"):
        tam_inputs.dense(0, 8)
