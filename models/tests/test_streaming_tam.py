"""The causal recognizer: over whole clips and from frame to frame it is the same function, of a finite past."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import assert_close
from vigil_models.export import random_weights
from vigil_models.export.package import PackageInfo, write_recognizer
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.modeling.tam_streaming import StreamingTANet, reach

CAUSAL = TANetConfig(
    3, segments=6, blocks=(1, 1, 2, 1), widths=(8, 8, 8, 8), stem_width=8, temporal="causal", motion_gain=4.0, input_size=(48, 32)
)


def network(config=CAUSAL, seed=0):
    """Random weights whose batch norms and temporal kernels are far from neutral."""
    model = random_weights.recognizer(config, seed)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if "tam.G.3" in name:
                value.normal_(std=2.0)
    return model


def frames(count, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(1, count, 3, 32, 48)).astype(np.float32))


@torch.no_grad()
def stepped(model, clip):
    """Logits at every frame [N, L, classes], and the last state."""
    streaming, state, logits = StreamingTANet(model), None, []
    for frame in clip.unbind(1):
        answer, state = streaming.start(frame) if state is None else streaming.step(frame, state)
        logits.append(answer)
    return torch.stack(logits, 1), state


@pytest.mark.parametrize("motion_gain", [1.0, 4.0])
@pytest.mark.parametrize("length", [1, 3, 12])
@pytest.mark.parametrize("seed", [0, 1])
def test_steps_give_what_the_whole_clip_gives(motion_gain, length, seed):
    model, clip = network(replace(CAUSAL, motion_gain=motion_gain), seed), frames(length, seed)
    with torch.no_grad():
        whole = model.logits_over_time(clip)
        assert_close(model(clip), whole[:, -1], 0)
    assert_close(stepped(model, clip)[0], whole, 1e-5)


def test_cameras_stepped_together_do_not_mix():
    model, a, b = network(), frames(6, 1), frames(6, 2)
    together, _ = stepped(model, torch.cat((a, b)))
    assert_close(together, torch.cat((stepped(model, a)[0], stepped(model, b)[0])), 1e-5)


@torch.no_grad()
def test_logits_of_a_frame_do_not_depend_on_later_frames():
    model, clip = network(), frames(10)
    changed = clip.clone()
    changed[:, 6:] = frames(4, seed=9)
    before, after = model.logits_over_time(clip), model.logits_over_time(changed)
    assert_close(after[:, :6], before[:, :6], 1e-6)
    assert (after[:, 6] - before[:, 6]).abs().max() > 1e-3


@pytest.mark.parametrize("blocks, motion_gain, frames_back", [((1, 1, 2, 1), 4.0, 36), ((1, 1, 2, 1), 1.0, 31), ((1, 1, 1, 1), 4.0, 31)])
def test_logits_depend_on_as_many_frames_as_the_reach_says(blocks, motion_gain, frames_back):
    config = replace(CAUSAL, blocks=blocks, motion_gain=motion_gain)
    assert reach(config) == frames_back
    clip = frames(frames_back + 3).double().requires_grad_()
    network(config).double().logits_over_time(clip)[0, -1].square().sum().backward()
    felt = clip.grad.abs().sum((0, 2, 3, 4)) > 0
    assert felt.tolist() == [False] * 3 + [True] * frames_back


def test_reach_of_the_shipped_network_is_fifty_frames():
    from vigil_models.engine.recognizer import RecognizerTraining

    assert reach(replace(RecognizerTraining().network, temporal="causal")) == 50


def test_after_its_reach_the_state_is_the_same_whatever_came_before():
    model, common = network(), frames(reach(CAUSAL))
    one, another = (stepped(model, torch.cat((frames(5, seed), common), 1)) for seed in (3, 4))
    begun, _ = stepped(model, common)
    assert torch.equal(one[0][:, -1], another[0][:, -1])
    assert torch.equal(one[0][:, -1], begun[:, -1])
    assert all(torch.equal(value, another[1][name]) for name, value in one[1].items())


def test_before_its_first_frame_a_camera_is_taken_to_have_shown_it_for_ever():
    model, clip = network(), frames(5)
    still = clip[:, :1].expand(-1, reach(CAUSAL), -1, -1, -1)
    assert_close(stepped(model, torch.cat((still, clip[:, 1:]), 1))[0][:, -4:], stepped(model, clip)[0][:, 1:], 1e-5)


def test_causal_network_takes_the_weights_of_the_windowed_one():
    windowed = TANet(replace(CAUSAL, temporal="tam"))
    TANet(CAUSAL).load_state_dict(windowed.state_dict())


def test_network_that_looks_ahead_cannot_be_stepped():
    with pytest.raises(ValueError, match="temporal 'tam' looks ahead"):
        StreamingTANet(TANet(replace(CAUSAL, temporal="tam")))


def test_streaming_package_has_a_graph_to_start_and_one_to_go_on(tmp_path):
    folder = tmp_path / "streaming"
    write_recognizer(network(), PackageInfo("streaming", "1.0.0", "abc", 250, "stretch"), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    start, step = manifest["graphs"]["start"], manifest["graphs"]["step"]
    assert manifest["temporal"] == {"frames": 6, "interval_ms": 250, "reach": 36}
    assert start["outputs"] == step["outputs"]
    left = {name[len("next_") :]: spec for name, spec in step["outputs"].items() if name != "logits"}
    assert step["inputs"] == {"frame": start["inputs"]["frame"], **{f"state_{name}": spec for name, spec in left.items()}}
    assert left["frames"] == {"type": "uint8", "shape": [1, 5, "H", "W", 3]}

    cases = json.loads((folder / "golden" / "index.json").read_text())["cases"]
    assert [case["graph"] for case in cases] == ["start", "step", "step", "step"]
    for before, after in zip(cases, cases[1:]):
        assert all(after["inputs"][f"state_{name}"] == before["outputs"][f"next_{name}"] for name in left)


def test_golden_steps_are_those_of_the_network_over_the_whole_clip(tmp_path):
    folder, model = tmp_path / "streaming", network()
    write_recognizer(model, PackageInfo("streaming", "1.0.0", "abc", 250, "stretch"), folder)
    cases = json.loads((folder / "golden" / "index.json").read_text())["cases"]

    def tensor(entry):
        return torch.from_numpy(np.fromfile(folder / "golden" / entry["file"], entry["type"]).reshape(entry["shape"]))

    from vigil_models.engine.common import normalised

    clip = torch.stack([normalised(tensor(case["inputs"]["frame"])) for case in cases], 1)
    with torch.no_grad():
        assert_close(torch.stack([tensor(case["outputs"]["logits"]) for case in cases], 1), model.logits_over_time(clip), 1e-5)


def test_package_that_would_have_to_explain_a_streaming_recognizer_is_refused(tmp_path):
    with pytest.raises(ValueError, match="has no clip to explain: export it without --explain"):
        write_recognizer(network(), PackageInfo("streaming", "1.0.0", "abc", 250, "stretch"), tmp_path / "streaming", explain=True)
    assert not (tmp_path / "streaming").exists()


def test_causal_network_does_not_explain_a_clip_as_the_windowed_one_does():
    with pytest.raises(ValueError, match="told of clips"):
        network().explain(frames(6))
