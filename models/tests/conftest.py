"""Reference vectors are optional: tests that read them skip where the folder is absent."""

import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

REPOSITORY = Path(__file__).resolve().parents[2]


class Shared:
    """The folder of specifications and reference vectors."""

    def __init__(self, root: Path):
        self.root = root

    def vectors(self, path: str):
        return np.load(self.root / "golden" / path)

    def json(self, path: str):
        return json.loads((self.root / path).read_text())

    def module(self, path: str):
        """A script beside the vectors that regenerates weights or inputs."""
        spec = importlib.util.spec_from_file_location(path.replace("/", "_"), self.root / "golden" / f"{path}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def seeded_state(self, model: str, shapes: dict) -> dict:
        """A state dict by the seeding rule of `tra` or `tam`."""
        generator = self.module(f"{model}/make_weights")
        make = generator.make if model == "tra" else generator.make_state
        return {key: torch.from_numpy(np.asarray(value)) for key, value in make(shapes).items()}


@pytest.fixture(scope="session")
def shared() -> Shared:
    root = Path(os.environ.get("VIGIL_SHARED", REPOSITORY.parent / "shared"))
    if not (root / "golden").is_dir():
        pytest.skip(f"no reference vectors: {root} does not exist (set VIGIL_SHARED to the folder)")
    return Shared(root)


def assert_close(actual, expected, absolute: float, relative: float = 0.0):
    """Compare arrays; a failure names the largest and the mean difference."""
    actual = np.asarray(actual.detach() if isinstance(actual, torch.Tensor) else actual)
    expected = np.asarray(expected)
    assert actual.shape == expected.shape
    difference = np.abs(actual.astype(np.float64) - expected)
    bound = absolute + relative * np.abs(expected)
    assert (difference <= bound).all(), f"largest difference {difference.max():.3g}, mean {difference.mean():.3g}"
