"""Published state dicts, made by the seeding rule, through `import` and `forward`."""

import json

import numpy as np
import pytest
import torch
from conftest import assert_close
from vigil_models.__main__ import parser


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


def test_import_writes_a_package(official_tam, tmp_path):
    torch.save({"state_dict": official_tam}, str(tmp_path / "tam.pth"))
    assert not vigil("import", "--format", "tam-official", tmp_path / "tam.pth", "--out", tmp_path / "tanet-r50")
    manifest = json.loads((tmp_path / "tanet-r50" / "manifest.json").read_text())
    assert manifest["name"] == "tanet-r50"
    assert len(manifest["labels"]) == 400
    assert manifest["input"] == {"width": 224, "height": 224, "resize": "crop", "multiple": 1}


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
