"""What a recognizer knows about test clips of the synthetic world, and about the order of their frames."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from ..engine.clip_cache import ClipCache
from ..engine.common import normalised
from ..evaluation.classification import top_k
from ..modeling.tam import TANet
from ..world.stage import ACTIONS, REVERSED_PAIRS

PARTNERS = {ACTIONS.index(a): ACTIONS.index(b) for pair in REVERSED_PAIRS for a, b in (pair, pair[::-1])}


class Surroundings(NamedTuple):
    """What a camera has shown before and after every clip, uint8 (N, K, H, W, 3) each, oldest first."""

    before: np.ndarray
    after: np.ndarray


@torch.no_grad()
def recognitions(
    model: TANet, clips: ClipCache, batch: int = 16, around: Surroundings | None = None, mirrored: bool = False
) -> Recognitions:
    """What ``model``, put into eval mode, says about clips, and about those of a time-reversed pair played backwards.

    With ``around`` a causal network has seen what came before a clip; played backwards, that is what came after it.
    With ``mirrored`` logits are the mean of those of a clip and of its mirror image.
    """
    model.eval()
    device = next(model.parameters()).device

    def logits(chosen: np.ndarray, backwards: bool) -> np.ndarray:
        parts = [np.zeros((0, len(ACTIONS)), np.float32)]
        for rows in (chosen[start : start + batch] for start in range(0, len(chosen), batch)):
            images = clips.images[rows]
            if around is not None:
                images = np.concatenate([images, around.after[rows]] if backwards else [around.before[rows], images], 1)
            if backwards:
                images = images[:, ::-1]
            views = [images, images[:, :, :, ::-1]] if mirrored else [images]
            parts.append(np.mean([model(normalised(torch.from_numpy(v.copy()).to(device))).float().cpu().numpy() for v in views], 0))
        return np.concatenate(parts)

    paired = np.flatnonzero(np.isin(clips.labels, list(PARTNERS)))
    return Recognitions(clips.labels, logits(np.arange(len(clips.labels)), False), paired, logits(paired, True))


class Recognitions(NamedTuple):
    """Logits of clips, and of those of time-reversed pairs played backwards."""

    labels: np.ndarray  # (N,)
    forwards: np.ndarray  # (N, classes)
    paired: np.ndarray  # (M,) numbers of the clips whose action has a reverse
    backwards: np.ndarray  # (M, classes)

    def top1(self) -> float:
        return top_k(self.forwards, self.labels)

    def pairs(self) -> float:
        """How often the right one of a pair gets the higher score; a tie is half right, no pair is nan."""
        return float(self._decided().mean()) if len(self.paired) else float("nan")

    def pairs_by_action(self) -> dict[str, float]:
        """The same by the first action of each pair, over its clips and those of its partner."""
        decided = self._decided().reshape(2, -1).mean(0)
        labels = self.labels[self.paired]
        of = {f"{a}, {b}": np.isin(labels, [ACTIONS.index(a), ACTIONS.index(b)]) for a, b in REVERSED_PAIRS}
        return {pair: float(decided[rows].mean()) for pair, rows in of.items() if rows.any()}

    def _decided(self) -> np.ndarray:
        """1 right, 0 wrong: of the pairs' clips forwards, then backwards."""
        labels = self.labels[self.paired]
        partners = np.array([PARTNERS[label] for label in labels], int)
        seen = [(self.forwards[self.paired], labels, partners), (self.backwards, partners, labels)]
        margins = np.concatenate([rows[np.arange(len(rows)), right] - rows[np.arange(len(rows)), wrong] for rows, right, wrong in seen])
        return np.where(np.abs(margins) < 1e-4, 0.5, margins > 0)


def measure(model: TANet, clips: ClipCache, batch: int = 16) -> dict[str, float]:
    """``top-1`` over all clips; ``pairs``: how often the right one of a time-reversed pair gets the higher score.

    For ``pairs`` every clip of a pair is seen forwards and backwards, where it is a clip of its partner. A tie is half
    right, so a network that does not see the order of frames is at exactly one half.
    """
    seen = recognitions(model, clips, batch)
    return {"top-1": seen.top1(), "pairs": seen.pairs()}
