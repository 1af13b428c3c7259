"""Packages: their manifest, graphs and golden files."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from vigil_models.__main__ import main
from vigil_models.export import random_weights
from vigil_models.export.package import PackageInfo, write_detector, write_recognizer
from vigil_models.modeling.tam import TANetConfig
from vigil_models.modeling.tra import TRA, TRAConfig


@pytest.fixture(scope="module")
def detector_package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages") / "tra-small"
    model = random_weights.detector(TRAConfig.small())
    write_detector(model, PackageInfo("tra-small", "1.2.3", model.config.labels, 1000, "fit"), folder)
    return folder


@pytest.fixture(scope="module")
def recognizer_package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages") / "tam-small"
    model = random_weights.recognizer(TANetConfig.small(3))
    write_recognizer(model, PackageInfo("tam-small", "1.0.0", "abc", 250, "stretch"), folder)
    return folder


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


@pytest.mark.parametrize("package", ["detector_package", "recognizer_package"])
def test_manifest_describes_the_graphs_exactly(package, request):
    folder = request.getfixturevalue(package)
    for graph in manifest(folder)["graphs"].values():
        path = folder / graph["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == graph["sha256"]
        model = onnx.load(str(path))
        for side, values in (("inputs", model.graph.input), ("outputs", model.graph.output)):
            assert list(graph[side]) == [value.name for value in values]
            for value in values:
                dims = value.type.tensor_type.shape.dim
                assert graph[side][value.name]["shape"] == [d.dim_param or d.dim_value for d in dims]
                kind = {onnx.TensorProto.UINT8: "uint8", onnx.TensorProto.FLOAT: "float32"}
                assert graph[side][value.name]["type"] == kind[value.type.tensor_type.elem_type]


def test_contributions_of_several_supports_join_along_the_first_axis(detector_package):
    graphs = manifest(detector_package)["graphs"]
    for name, output in graphs["support"]["outputs"].items():
        assert name.startswith("support_")
        taken = graphs["detect"]["inputs"][name]
        assert isinstance(taken["shape"][0], str)
        assert taken["shape"][1:] == output["shape"][1:]


def test_regions_are_aligned_by_half_a_pixel(detector_package):
    """Before opset 16 RoiAlign knows no alignment, from 16 on it is the default."""
    model = onnx.load(str(detector_package / "detect.onnx"))
    assert model.opset_import[0].version >= 16
    (node,) = [node for node in model.graph.node if node.op_type == "RoiAlign"]
    modes = [a.s for a in node.attribute if a.name == "coordinate_transformation_mode"]
    assert modes in ([], [b"half_pixel"])


def test_golden_cases_hold_every_tensor_of_their_graph(detector_package):
    graphs = manifest(detector_package)["graphs"]
    cases = json.loads((detector_package / "golden" / "index.json").read_text())["cases"]
    assert [case["graph"] for case in cases] == ["frame", "support", "detect", "detect"]
    for case in cases:
        for side in ("inputs", "outputs"):
            assert list(case[side]) == list(graphs[case["graph"]][side])
            for tensor in case[side].values():
                path = detector_package / "golden" / tensor["file"]
                assert path.stat().st_size == np.prod(tensor["shape"]) * np.dtype(tensor["type"]).itemsize
    frames = [case["inputs"]["support_pixels"]["shape"][0] for case in cases[2:]]
    assert frames == [1, 7]


def test_golden_detections_are_those_of_the_network(detector_package):
    cases = json.loads((detector_package / "golden" / "index.json").read_text())["cases"]

    def tensor(entry):
        array = np.fromfile(detector_package / "golden" / entry["file"], entry["type"]).reshape(entry["shape"])
        return torch.from_numpy(array)

    from vigil_models.modeling.tra import Support

    inputs = {name: tensor(entry) for name, entry in cases[3]["inputs"].items()}
    with torch.no_grad():
        head = random_weights.detector(TRAConfig.small()).head(
            inputs["features"], inputs["proposals"], Support(*(inputs[f"support_{field}"] for field in Support._fields))
        )
    assert torch.allclose(head.logits.softmax(-1), tensor(cases[3]["outputs"]["scores"]), atol=1e-5)


def test_detector_can_be_written_to_search_smaller_maps(tmp_path, monkeypatch, capsys):
    def export(network):
        arguments = ["export", "--random", network, "--search-pooling", "4", "--out", str(tmp_path / network)]
        monkeypatch.setattr("sys.argv", ["vigil_models", *arguments])
        return main()

    assert export("tra-small") == 0
    cases = json.loads((tmp_path / "tra-small" / "golden" / "index.json").read_text())["cases"]
    case = next(case for case in cases if case["graph"] == "support")
    _, channels, height, width = case["inputs"]["features"]["shape"]
    assert case["outputs"]["support_pixels"]["shape"] == [1, (height // 4) * (width // 4), channels]
    assert export("tam-small") == 2
    assert "--search-pooling is for detectors with Temporal RoI Align" in capsys.readouterr().err


def test_detector_can_be_written_to_compare_rounded_features(tmp_path, monkeypatch, capsys):
    def export(network):
        monkeypatch.setattr("sys.argv", ["vigil_models", "export", "--random", network, "--rounded-search", "--out", str(tmp_path / network)])
        return main()

    assert export("tra-small") == 0
    operators = {name: [node.op_type for node in onnx.load(str(tmp_path / "tra-small" / f"{name}.onnx")).graph.node] for name in ("support", "detect")}
    assert "MatMulInteger" in operators["detect"] and "MatMulInteger" not in operators["support"]
    assert export("tam-small") == 2
    assert "--rounded-search is for detectors with Temporal RoI Align" in capsys.readouterr().err


def test_package_of_selsa_alone_keeps_only_what_its_head_reads(tmp_path):
    network = random_weights.detector(replace(TRAConfig.small(), temporal_roi_align=False))
    write_detector(network, PackageInfo("selsa", "1.0.0", network.config.labels, 1000, "fit"), tmp_path / "selsa")
    graphs = manifest(tmp_path / "selsa")["graphs"]
    assert list(graphs["support"]["outputs"]) == ["support_keys", "support_values"]
    assert list(graphs["detect"]["inputs"]) == ["features", "proposals", "image_size", "support_keys", "support_values"]
    for name, graph in graphs.items():
        model = onnx.load(str(tmp_path / "selsa" / graph["file"]))
        assert [value.name for value in model.graph.input] == list(graph["inputs"]), name


def test_detector_that_looks_at_single_frames_is_no_package(tmp_path):
    network = TRA(replace(TRAConfig.small(), temporal_roi_align=False, aggregation=False))
    with pytest.raises(ValueError, match="looks at single frames"):
        write_detector(network, PackageInfo("alone", "1.0.0", network.config.labels, 1000, "fit"), tmp_path / "alone")


def test_existing_folder_is_left_alone(detector_package):
    before = (detector_package / "manifest.json").read_bytes()
    model = random_weights.detector(TRAConfig.small())
    with pytest.raises(FileExistsError, match="exists already"):
        write_detector(model, PackageInfo("tra-small", "9", model.config.labels, 1000, "fit"), detector_package)
    assert (detector_package / "manifest.json").read_bytes() == before
