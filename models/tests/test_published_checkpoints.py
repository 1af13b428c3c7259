"""Published state dicts, made by the seeding rule, through `import` and `forward`."""

import json
import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import torch
from conftest import assert_close
from vigil_models.__main__ import parser
from vigil_models.modeling.tam import TANet, TANetConfig
from vigil_models.modeling.tra import TRA, TRAConfig


def vigil(*arguments):
    args = parser().parse_args([str(argument) for argument in arguments])
    return args.run(args)


@pytest.fixture(scope="module")
def official_tam(shared):
    return shared.seeded_state("tam", shared.json("specs/tam-r50-keys-official.json"))


@pytest.mark.parametrize("zipped", [True, False])
def test_tensors_and_plain_values_are_read_from_both_file_formats(tmp_path, zipped):
    from vigil_models.export.state import load_file

    content = {"meta": {"lr": 0.5, "names": ("a", None)}, "state_dict": {"w": torch.eye(2), "n": torch.tensor(3)}}
    content["state_dict"]["p"] = torch.nn.Parameter(torch.ones(2))
    torch.save(content, str(tmp_path / "plain.pth"), _use_new_zipfile_serialization=zipped)
    loaded = load_file(tmp_path / "plain.pth")
    assert loaded["meta"] == content["meta"]
    assert all(torch.equal(loaded["state_dict"][key], value) for key, value in content["state_dict"].items())


def test_log_buffers_of_published_checkpoints_are_left_out(tmp_path, monkeypatch):
    """As mmengine stores them: with arrays, and methods by name. The project's own modules are not needed to read them."""
    from vigil_models.export.state import load_state

    buffers = ModuleType("mmengine.logging.history_buffer")
    exec("class HistoryBuffer:\n def last(self): pass\nclass ConfigDict(dict): pass", buffers.__dict__)
    for name in ("mmengine", "mmengine.logging", "mmengine.logging.history_buffer"):
        monkeypatch.setitem(sys.modules, name, buffers)
    buffer = buffers.HistoryBuffer()
    buffer.history, buffer.methods = np.arange(3.0), {"last": buffers.HistoryBuffer.last}
    hub = {"message_hub": {"log": buffer}, "meta": buffers.ConfigDict(lr=0.1), "state_dict": {"w": torch.eye(2)}}
    torch.save(hub, str(tmp_path / "mmengine.pth"))
    for name in ("mmengine", "mmengine.logging", "mmengine.logging.history_buffer"):
        monkeypatch.delitem(sys.modules, name)
    assert torch.equal(load_state(tmp_path / "mmengine.pth")["w"], torch.eye(2))


@pytest.fixture(scope="module")
def tam_checkpoint(official_tam, tmp_path_factory):
    """As DataParallel saved it."""
    path = tmp_path_factory.mktemp("tam") / "official.pth"
    torch.save({"epoch": 100, "state_dict": {f"module.{key}": value for key, value in official_tam.items()}}, str(path))
    return path


def test_forward_gives_the_reference_logits(shared, tam_checkpoint, tmp_path):
    clip = shared.module("tam/make_weights").make_clip("clip112", 1, 8, 112, 112)
    np.save(tmp_path / "clip.npy", clip)
    out = tmp_path / "out.npz"
    assert not vigil(
        "forward", "--model", "tanet_r50", "--segments", 8, "--checkpoint", tam_checkpoint,
        "--input", tmp_path / "clip.npy", "--output", out,
    )  # fmt: skip
    assert_close(np.load(out)["logits"], shared.vectors("tam/tanet_r50_8f_112.npz")["logits"], 1e-4)


def test_mmaction2_names_reach_the_same_parameters(shared, official_tam):
    from vigil_models.export.published import recognizer

    names = shared.json("specs/tam-r50-keys-map-mmaction2-to-official.json")
    model = recognizer({theirs: official_tam[ours] for theirs, ours in names.items()}, "checkpoint")
    assert all(torch.equal(value, official_tam[key]) for key, value in model.state_dict().items())


def test_names_from_before_the_release_are_known(official_tam):
    from vigil_models.export.published import recognizer

    old = {
        key.replace(".tam.G.", ".self_conv.conv_f.").replace(".tam.L.", ".self_conv.conv_g.").replace("new_fc", "base_model.fc"): v
        for key, v in official_tam.items()
    }
    assert torch.equal(recognizer(old, "checkpoint").new_fc.weight, official_tam["new_fc.weight"])


def test_forward_gives_the_reference_detections(shared, tmp_path):
    state = shared.seeded_state("tra", shared.json("specs/tra-r50-keys.json"))
    for key, values in shared.json("golden/tra/override-r50-e2e.json").items():
        state[key] = torch.tensor(values)
    torch.save({"meta": {"epoch": 7, "lr": 0.01}, "state_dict": state}, str(tmp_path / "tra.pth"))
    np.save(tmp_path / "frames.npy", shared.module("tra/make_inputs").frames("e2e", 6))
    out = tmp_path / "out.npz"
    assert not vigil(
        "forward", "--model", "tra_r50_dc5", "--checkpoint", tmp_path / "tra.pth", "--input", tmp_path / "frames.npy",
        "--key", 1, "--supports", "0,2,5", "--image-size", "180,250", "--output", out,
    )  # fmt: skip
    result, case = np.load(out), shared.vectors("tra/tra_r50_e2e_adaptive.npz")
    decided = case["topk_min_gap_per_roi"] > 5e-6
    assert_close(result["proposals"], case["proposals"][3], 1e-3)
    assert_close(result["cls_score"][decided], case["cls_score"][decided], 1e-4)
    assert_close(result["bbox_pred"][decided], case["bbox_pred"][decided], 1e-4)
    assert result["boxes"].shape == (100, 4)
    assert (np.diff(result["scores"]) <= 0).all()


@pytest.fixture(scope="module")
def untrained_tra():
    torch.manual_seed(0)
    return TRA(TRAConfig.r50_dc5()).eval()


def test_forward_of_the_key_frame_alone_supports_it_by_itself(untrained_tra, tmp_path):
    torch.save({"state_dict": untrained_tra.state_dict()}, str(tmp_path / "tra.pth"))
    frames = np.random.default_rng(0).standard_normal((2, 3, 64, 80), np.float32)
    np.save(tmp_path / "frames.npy", frames)
    assert not vigil(
        "forward", "--model", "tra_r50_dc5", "--checkpoint", tmp_path / "tra.pth", "--input", tmp_path / "frames.npy",
        "--key", 1, "--supports", "", "--image-size", "61,73", "--output", tmp_path / "out.npz",
    )  # fmt: skip
    alone, key = np.load(tmp_path / "out.npz"), torch.from_numpy(frames[1:])
    with torch.no_grad(), torch.backends.mkldnn.flags(enabled=False):
        proposals, head = untrained_tra(key, key[:0], torch.tensor([61.0, 73.0]))
    assert_close(alone["proposals"], proposals, 1e-3)
    assert alone["cls_score"].shape == (len(proposals), 31)
    assert_close(alone["cls_score"], head.logits, 1e-3)
    assert (proposals[:, 2] <= 73).all() and (proposals[:, 3] <= 61).all()


def test_selsa_without_temporal_roi_align_is_told_by_its_keys(shared):
    from vigil_models.export.published import detector

    state = shared.seeded_state("tra", shared.json("specs/selsa-r50-keys.json"))
    model = detector(state, "selsa.pth")
    assert not model.config.temporal_roi_align and model.config.head_layers == 2
    assert {key: list(value.shape) for key, value in model.state_dict().items()} == shared.json("specs/selsa-r50-keys.json")


@pytest.mark.parametrize("lacking", [".embed_network.", "fc_cls.weight"])
def test_incomplete_detector_is_refused_with_all_that_is_missing(untrained_tra, lacking):
    from vigil_models.export.published import detector

    state = untrained_tra.state_dict()
    dropped = [key for key in state if lacking in key]
    with pytest.raises(ValueError) as refusal:
        detector({key: value for key, value in state.items() if key not in dropped}, "cut.pth")
    assert str(refusal.value) == f"cut.pth does not fit the network; {len(dropped)} missing: {', '.join(sorted(dropped))}"


@pytest.mark.slow
def test_import_writes_a_package(official_tam, tmp_path):
    torch.save({"state_dict": official_tam}, str(tmp_path / "tam.pth"))
    assert not vigil("import", "--format", "tam-official", tmp_path / "tam.pth", "--out", tmp_path / "tanet-r50")
    manifest = json.loads((tmp_path / "tanet-r50" / "manifest.json").read_text())
    assert manifest["name"] == "tanet-r50"
    assert len(manifest["labels"]) == 400
    assert manifest["input"] == {"width": 224, "height": 224, "resize": "crop", "multiple": 1}
    assert manifest["temporal"] == {"frames": 8, "interval_ms": 267}


def test_deepest_published_recognizer_loads():
    from vigil_models.export.published import recognizer

    state = TANet(TANetConfig.r152(400, 16)).state_dict()
    assert sum(value.numel() for key, value in state.items() if "running_" not in key and "num_batches" not in key) == 62_292_080
    assert recognizer(state, "r152.pth").config.blocks == (3, 8, 36, 3)


def test_clips_of_whole_actions_have_an_interval_of_their_own(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(TANetConfig, "r50", staticmethod(lambda classes, segments: replace(TANetConfig.small(classes), segments=segments)))
    torch.save(TANet(TANetConfig.r50(174, 8)).state_dict(), str(tmp_path / "something.pth"))

    def imported(name, *options):
        assert not vigil("import", "--format", "tam-official", tmp_path / "something.pth", "--out", tmp_path / name, *options)
        return json.loads((tmp_path / name / "manifest.json").read_text())["temporal"]["interval_ms"]

    assert imported("long", "--interval-ms", "500") == 500
    assert not capsys.readouterr().err
    assert imported("short") == 267
    assert "--interval-ms 267 may be too short" in capsys.readouterr().err


def test_misfits_are_all_listed(official_tam):
    from vigil_models.export.published import recognizer

    broken = dict(official_tam)
    broken["base_model.layer9.weight"] = broken.pop("base_model.conv1.weight")
    broken["new_fc.bias"] = torch.zeros(3)
    with pytest.raises(ValueError) as refusal:
        recognizer(broken, "broken.pth")
    assert str(refusal.value) == (
        "broken.pth does not fit the network; 1 missing: base_model.conv1.weight; "
        "1 unexpected: base_model.layer9.weight; 1 misshapen: new_fc.bias [3] instead of [400]"
    )


def test_misfits_are_named_as_in_the_file(shared, official_tam):
    from vigil_models.export.published import recognizer

    names = shared.json("specs/tam-r50-keys-map-mmaction2-to-official.json")
    broken = {theirs: official_tam[ours] for theirs, ours in names.items()}
    del broken["backbone.layer1.0.block.downsample.bn.weight"]
    broken["cls_head.fc_cls.bias"] = torch.zeros(3)
    with pytest.raises(ValueError) as refusal:
        recognizer(broken, "broken.pth")
    assert str(refusal.value) == (
        "broken.pth does not fit the network; 1 missing: backbone.layer1.0.block.downsample.bn.weight; "
        "1 misshapen: cls_head.fc_cls.bias [3] instead of [400]"
    )


def test_checkpoint_of_another_network_is_refused_in_a_line(official_tam):
    from vigil_models.export.published import detector

    with pytest.raises(ValueError, match="tam.pth has none of the network's 362 keys, such as detector.backbone.conv1.weight"):
        detector(official_tam, "tam.pth")


def test_other_format_is_refused(tam_checkpoint, tmp_path):
    with pytest.raises(ValueError, match="not in format mmaction2: no key starts with backbone."):
        vigil("import", "--format", "mmaction2", tam_checkpoint, "--out", tmp_path / "package")
    assert not (tmp_path / "package").exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_file_that_runs_code_is_refused(tmp_path, zipped):
    class Payload:
        def __reduce__(self):
            return (open, (str(tmp_path / "written"), "w"))

    torch.save({"state_dict": Payload()}, str(tmp_path / "evil.pth"), _use_new_zipfile_serialization=zipped)
    with pytest.raises(ValueError, match="holds more than tensors and plain values: it asks for io.open"):
        vigil("import", "--format", "mmtracking", tmp_path / "evil.pth", "--out", tmp_path / "package")
    assert not (tmp_path / "written").exists()
