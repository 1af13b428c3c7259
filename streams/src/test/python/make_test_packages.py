#!/usr/bin/env python3
"""Writes the model packages of the Java tests: `python3 make_test_packages.py OUT` makes OUT/tra-test, OUT/tam-test and
OUT/tam-streaming-test.

They obey docs/model-package.md but find no objects: their outputs are simple functions of brightness, from which a test
reads off exactly which frames have reached the model, and in which order.

tra-test answers with one box per support frame, the key frame last, as high as the picture; the mean red value of the
support, as a share of 255, is its share of the picture's width. Scores fall with the age rank: 0.9 for the oldest, then
0.02 less for each. On a key frame that is black, the scores are not numbers.

tam-test answers with one logit per frame of the clip: a tenth of its mean value. So does tam-streaming-test, of the frames 5, 2, 1
and 0 before the present one; its state is the mean values of the last 5 frames.

Needs numpy and onnx (Debian: python3-numpy python3-onnx).
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
LABELS = ["object", "nothing"]
CLIP_FRAMES = 4
REACH = 6
SEEN = [0, 3, 4, 5]  # among the last REACH frames
ELEMENT_TYPES = {"uint8": TensorProto.UINT8, "float32": TensorProto.FLOAT}
NUMPY_TYPES = {"uint8": np.uint8, "float32": np.float32}


def graph(nodes, inputs, outputs, constants=None):
    """An ONNX model; inputs and outputs map names to (element type, shape)."""
    value_infos = [
        [helper.make_tensor_value_info(name, ELEMENT_TYPES[kind], shape) for name, (kind, shape) in specs.items()]
        for specs in (inputs, outputs)
    ]
    initializers = [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()]
    model = helper.make_model(
        helper.make_graph(nodes, "test", *value_infos, initializer=initializers),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="make_test_packages",
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model, inputs, outputs


def frame_graph():
    nodes = [
        helper.make_node("Cast", ["image"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[1, 2], keepdims=1),
        helper.make_node("Transpose", ["mean"], ["features"], perm=[0, 3, 1, 2]),
        helper.make_node("Gather", ["image_size", "width_then_height"], ["size"]),
        helper.make_node("Concat", ["origin", "size"], ["box"], axis=0),
        helper.make_node("Reshape", ["box", "one_row"], ["proposals"]),
    ]
    return graph(
        nodes,
        {"image": ("uint8", [1, "H", "W", 3]), "image_size": ("float32", [2])},
        {"features": ("float32", [1, 3, 1, 1]), "proposals": ("float32", ["N", 4])},
        {
            "width_then_height": np.array([1, 0]),
            "origin": np.zeros(2, np.float32),
            "one_row": np.array([1, 4]),
        },
    )


def support_graph():
    nodes = [
        helper.make_node("Reshape", ["features", "one_row"], ["support_mean"]),
        helper.make_node("Identity", ["proposals"], ["support_box"]),
    ]
    return graph(
        nodes,
        {"features": ("float32", [1, 3, 1, 1]), "proposals": ("float32", ["N", 4])},
        {"support_mean": ("float32", ["S", 3]), "support_box": ("float32", ["N", 4])},
        {"one_row": np.array([1, 3])},
    )


def detect_graph():
    nodes = [
        # the boxes
        helper.make_node("Gather", ["support_mean", "index_0"], ["red"], axis=1),
        helper.make_node("Div", ["red", "white"], ["share"]),
        helper.make_node("Gather", ["support_box", "index_2"], ["width"], axis=1),
        helper.make_node("Gather", ["support_box", "index_3"], ["height"], axis=1),
        helper.make_node("Mul", ["share", "width"], ["right"]),
        helper.make_node("Mul", ["share", "zero"], ["edge"]),
        helper.make_node("Concat", ["edge", "edge", "right", "height"], ["rows"], axis=1),
        helper.make_node("Unsqueeze", ["rows", "index_1"], ["per_label"]),
        helper.make_node("Tile", ["per_label", "labels"], ["boxes"]),
        # the scores
        helper.make_node("Shape", ["support_mean"], ["count"], start=0, end=1),
        helper.make_node("Squeeze", ["count"], ["supports"]),
        helper.make_node("Range", ["first", "supports", "step"], ["ranks"]),
        helper.make_node("Cast", ["ranks"], ["ages"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["ages", "loss"], ["losses"]),
        helper.make_node("Sub", ["best", "losses"], ["sound_scores"]),
        helper.make_node("ReduceMean", ["features"], ["brightness"], keepdims=0),
        helper.make_node("Div", ["brightness", "brightness"], ["one_unless_black"]),
        helper.make_node("Mul", ["sound_scores", "one_unless_black"], ["flat_scores"]),
        helper.make_node("Unsqueeze", ["flat_scores", "index_1"], ["column"]),
        helper.make_node("Mul", ["column", "zero"], ["none"]),
        helper.make_node("Sub", ["one", "column"], ["background"]),
        helper.make_node("Concat", ["column", "none", "background"], ["scores"], axis=1),
    ]
    return graph(
        nodes,
        {
            "features": ("float32", [1, 3, 1, 1]),
            "proposals": ("float32", ["N", 4]),
            "image_size": ("float32", [2]),
            "support_mean": ("float32", ["S", 3]),
            "support_box": ("float32", ["S", 4]),
        },
        {"scores": ("float32", ["S", len(LABELS) + 1]), "boxes": ("float32", ["S", len(LABELS), 4])},
        {
            **{f"index_{i}": np.array([i]) for i in range(4)},
            "white": np.array(255, np.float32),
            "zero": np.array(0, np.float32),
            "one": np.array(1, np.float32),
            "labels": np.array([1, len(LABELS), 1]),
            "first": np.array(0),
            "step": np.array(1),
            "loss": np.array(0.02, np.float32),
            "best": np.array(0.9, np.float32),
        },
    )


def recognize_graph():
    nodes = [
        helper.make_node("Cast", ["clip"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3, 4], keepdims=0),
        helper.make_node("Div", ["means", "ten"], ["logits"]),
    ]
    return graph(
        nodes,
        {"clip": ("uint8", [1, CLIP_FRAMES, 16, 16, 3])},
        {"logits": ("float32", [1, CLIP_FRAMES])},
        {"ten": np.array(10, np.float32)},
    )


def streaming_graph(starts):
    """The graph `start` or `step`."""
    taken = {} if starts else {"state_means": ("float32", [1, REACH - 1])}
    nodes = [
        helper.make_node("Cast", ["frame"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Reshape", ["mean", "one_column"], ["column"]),
        helper.make_node("Concat", ["column"] * REACH if starts else ["state_means", "column"], ["means"], axis=1),
        helper.make_node("Gather", ["means", "later"], ["next_means"], axis=1),
        helper.make_node("Gather", ["means", "seen"], ["told"], axis=1),
        helper.make_node("Div", ["told", "ten"], ["logits"]),
    ]
    return graph(
        nodes,
        {"frame": ("uint8", [1, 16, 16, 3]), **taken},
        {"logits": ("float32", [1, len(SEEN)]), "next_means": ("float32", [1, REACH - 1])},
        {
            "one_column": np.array([1, 1]),
            "later": np.arange(1, REACH),
            "seen": np.array(SEEN),
            "ten": np.array(10, np.float32),
        },
    )


def streaming_golden_cases():
    """As `golden_cases`."""
    frames = np.random.default_rng(7).integers(0, 256, (2, 1, 16, 16, 3), np.uint8)
    first, second = frames.mean((2, 3, 4), dtype=np.float32)
    means = np.full((1, REACH), first)
    cases = [("start", {"frame": frames[0]}, {"logits": means[:, SEEN] / 10, "next_means": means[:, 1:]})]
    state, means = means[:, 1:], np.append(means[:, 1:], [second], 1)
    return [*cases, ("step", {"frame": frames[1], "state_means": state}, {"logits": means[:, SEEN] / 10, "next_means": means[:, 1:]})]


def golden_cases(task):
    """Inputs and outputs computed by numpy, by graph."""
    random = np.random.default_rng(7)
    if task == "recognition":
        clip = random.integers(0, 256, (1, CLIP_FRAMES, 16, 16, 3), np.uint8)
        return [("recognize", {"clip": clip}, {"logits": clip.mean((2, 3, 4), dtype=np.float32) / 10})]
    image = random.integers(0, 256, (1, 48, 64, 3), np.uint8)
    features = image.mean((1, 2), dtype=np.float32).reshape(1, 3, 1, 1)
    proposals = np.array([[0, 0, 64, 48]], np.float32)
    image_size = np.array([48, 64], np.float32)
    supports = np.array([[51, 9, 9], [102, 9, 9], [255, 9, 9]], np.float32)
    support_box = proposals.repeat(3, 0)
    score = (0.9 - 0.02 * np.arange(3)).astype(np.float32)
    box = np.stack([0 * score, 0 * score, supports[:, 0] / 255 * 64, 0 * score + 48], 1).astype(np.float32)
    return [
        ("frame", {"image": image, "image_size": image_size}, {"features": features, "proposals": proposals}),
        (
            "support",
            {"features": features, "proposals": proposals},
            {"support_mean": features.reshape(1, 3), "support_box": proposals},
        ),
        (
            "detect",
            {
                "features": features,
                "proposals": proposals,
                "image_size": image_size,
                "support_mean": supports,
                "support_box": support_box,
            },
            {
                "scores": np.stack([score, 0 * score, 1 - score], 1),
                "boxes": box[:, None].repeat(len(LABELS), 1),
            },
        ),
    ]


def write_golden(directory, cases):
    directory.mkdir(parents=True, exist_ok=True)
    index = []
    for name, *sides in cases:
        described = []
        for tensors in sides:
            described.append({})
            for tensor_name, value in tensors.items():
                kind = "uint8" if value.dtype == np.uint8 else "float32"
                file = f"{name}-{tensor_name}.bin"
                (directory / file).write_bytes(np.ascontiguousarray(value, NUMPY_TYPES[kind]).tobytes())
                described[-1][tensor_name] = {"file": file, "type": kind, "shape": list(value.shape)}
        index.append({"graph": name, "inputs": described[0], "outputs": described[1]})
    (directory / "index.json").write_text(json.dumps({"cases": index}, indent=1) + "\n")


def write_package(directory, graphs, manifest, cases):
    directory.mkdir(parents=True, exist_ok=True)
    described = {}
    for name, (model, inputs, outputs) in graphs.items():
        content = model.SerializeToString()
        (directory / f"{name}.onnx").write_bytes(content)
        described[name] = {
            "file": f"{name}.onnx",
            "sha256": hashlib.sha256(content).hexdigest(),
            "inputs": {key: {"type": kind, "shape": shape} for key, (kind, shape) in inputs.items()},
            "outputs": {key: {"type": kind, "shape": shape} for key, (kind, shape) in outputs.items()},
        }
    manifest = {
        "format": 1,
        "name": directory.name,
        "version": "1.0.0",
        **manifest,
        "opset": OPSET,
        "graphs": described,
        "training": {"data": "none: written by make_test_packages.py"},
    }
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    write_golden(directory / "golden", cases)


def main(out):
    write_package(
        out / "tra-test",
        {"frame": frame_graph(), "support": support_graph(), "detect": detect_graph()},
        {
            "task": "detection",
            "labels": LABELS,
            "input": {"width": 64, "height": 48, "resize": "fit", "multiple": 16},
            "temporal": {"frames": 3, "interval_ms": 1000},
            "thresholds": {"score": 0.3, "nms_iou": 1.0, "max_detections": 100},
        },
        golden_cases("detection"),
    )
    write_package(
        out / "tam-test",
        {"recognize": recognize_graph()},
        {
            "task": "recognition",
            "labels": ["first", "second", "third", "fourth"],
            "input": {"width": 16, "height": 16, "resize": "stretch", "multiple": 1},
            "temporal": {"frames": CLIP_FRAMES, "interval_ms": 250},
        },
        golden_cases("recognition"),
    )
    write_package(
        out / "tam-streaming-test",
        {"start": streaming_graph(True), "step": streaming_graph(False)},
        {
            "task": "recognition",
            "labels": ["first", "second", "third", "fourth"],
            "input": {"width": 16, "height": 16, "resize": "stretch", "multiple": 1},
            "temporal": {"frames": CLIP_FRAMES, "interval_ms": 250, "reach": REACH},
        },
        streaming_golden_cases(),
    )


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
