"""Why an action: the importance of every frame, and the kernels by which frames were mixed."""

from typing import Dict, NamedTuple, Sequence

import numpy as np

from .fitting import fit
from .model import Model


class ExplainedAction(NamedTuple):
    """The best label of a clip; blocks by their names, as in `layer3_1`, in the order of the data."""

    pictures: np.ndarray  # [T, H, W, 3], uint8 RGB, oldest first
    label: str
    probability: float
    kernels: Dict[str, np.ndarray]  # [C, 3] each: previous, current, next; rows sum to 1
    importance: Dict[str, np.ndarray]  # [C, T] each, in (0, 1)


def explain_action(model: Model, frames: Sequence[np.ndarray]) -> ExplainedAction:
    """Explain the best label of a clip of T pictures uint8 RGB [h, w, 3], oldest first."""
    pictures = np.stack([fit(frame, model.size, model.resize, model.multiple).picture for frame in frames])
    outputs = model.run("explain", {"clip": pictures[None]})
    logits = outputs["logits"][0].astype(np.float64)
    probabilities = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    best = int(probabilities.argmax())
    parts = {
        kind: {name[len(kind) + 1 :]: values[0] for name, values in outputs.items() if name.startswith(f"{kind}_")}
        for kind in ("kernel", "importance")
    }
    return ExplainedAction(pictures, model.labels[best], float(probabilities[best]), parts["kernel"], parts["importance"])
