"""Why a detection: the most similar points in the support frames, and the attention that each frame got."""

from typing import NamedTuple, Sequence, Tuple

import numpy as np
import torch

from ..modeling.tra.postprocess import survivors
from .fitting import fit
from .model import Model


class ExplainedDetection(NamedTuple):
    """One detection of the key frame; boxes and points in pixels of `pictures`.

    The key frame comes last among the supports, as in the released test protocol.
    """

    pictures: np.ndarray  # [T, H, W, 3], uint8 RGB, the support frames, oldest first, then the key frame
    label: str
    score: float
    box: np.ndarray  # [4]
    roi: np.ndarray  # [4], the proposal that was looked at
    points: np.ndarray  # [T, S, S, K, 2], x and y, most similar first
    similarity: np.ndarray  # [T, S, S, K], cosines
    attention: np.ndarray  # [T + 1], mean weight of the RoI's own features, then of every support; sums to 1


def explain_detection(model: Model, frames: Sequence[np.ndarray], rank: int = 0) -> ExplainedDetection:
    """Explain the `rank`-th best detection of the last frame.

    :param frames: T pictures uint8 RGB [h, w, 3], oldest first, the last is the key frame
    Raises ValueError when there are fewer detections.
    """
    fitted = [fit(frame, model.size, model.resize, model.multiple) for frame in frames]
    height, width = fitted[-1].size
    image_size = np.array([height, width], np.float32)
    found = [model.run("frame", {"image": f.picture[None], "image_size": image_size}) for f in fitted]
    contributions = [model.run("support", one) for one in found]
    support = {name: np.concatenate([c[name] for c in contributions]) for name in contributions[0]}
    key = {**found[-1], "image_size": image_size, **support}
    detected = model.run("detect", key)
    proposal, label = _chosen(detected, rank)
    why = model.run("explain", {**key, "proposals": found[-1]["proposals"][proposal : proposal + 1]})
    return ExplainedDetection(
        np.stack([f.picture[:height, :width] for f in fitted]),
        model.labels[label],
        float(detected["scores"][proposal, label]),
        detected["boxes"][proposal, label],
        found[-1]["proposals"][proposal],
        why["similar_points"][:, 0],
        why["similarity"][:, 0],
        why["attention"][:, 0].mean((1, 2, 3)),
    )


def _chosen(detected, rank: int) -> Tuple[int, int]:
    proposals, labels = survivors(torch.from_numpy(detected["boxes"]), torch.from_numpy(detected["scores"]))
    if not 0 <= rank < len(proposals):
        raise ValueError(f"detection {rank} was asked for, the key frame has {len(proposals)}")
    return int(proposals[rank]), int(labels[rank])
