"""What a recognizer knows about test clips of the synthetic world, and about the order of their frames."""

from __future__ import annotations

import numpy as np
import torch

from ..engine.clip_cache import ClipCache
from ..engine.common import normalised
from ..evaluation.classification import top_k
from ..modeling.tam import TANet
from ..world.stage import ACTIONS, REVERSED_PAIRS

PARTNERS = {ACTIONS.index(a): ACTIONS.index(b) for pair in REVERSED_PAIRS for a, b in (pair, pair[::-1])}


@torch.no_grad()
def measure(model: TANet, clips: ClipCache, batch: int = 16) -> dict[str, float]:
    """``top-1`` over all clips; ``pairs``: how often the right one of a time-reversed pair gets the higher score.

    For ``pairs`` every clip of a pair is seen forwards and backwards, where it is a clip of its partner. A tie is half
    right, so a network that does not see the order of frames is at exactly one half.
    """
    model.eval()
    device = next(model.parameters()).device

    def logits(images: np.ndarray) -> np.ndarray:
        parts = [images[start : start + batch] for start in range(0, len(images), batch)]
        return np.concatenate([model(normalised(torch.from_numpy(p.copy()).to(device))).float().cpu().numpy() for p in parts])

    forwards = logits(clips.images)
    paired = np.isin(clips.labels, list(PARTNERS))
    labels = clips.labels[paired]
    partners = np.array([PARTNERS[label] for label in labels], int)
    seen = [(forwards[paired], labels, partners)]
    if paired.any():
        seen.append((logits(clips.images[paired][:, ::-1]), partners, labels))
    margins = np.concatenate([rows[np.arange(len(rows)), right] - rows[np.arange(len(rows)), wrong] for rows, right, wrong in seen])
    decided = np.where(np.abs(margins) < 1e-4, 0.5, margins > 0)
    return {"top-1": top_k(forwards, clips.labels), "pairs": float(decided.mean()) if len(decided) else float("nan")}
