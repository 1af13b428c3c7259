"""Trains a shipped recognizer on: from the weights in its package, on clips it has not seen.

The same network goes on at the size of use. Its causal variant has the same weights but looks at other frames, so its temporal modules
have to learn anew: small pictures come first, as in a training from scratch, with a smaller share of it, unless clips are kept, which
have one size.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Mapping

import numpy as np
import torch
from torch import Tensor

from ..data import seeds
from ..data.actions import ActionClips
from ..export.recovery import recover, unfold_norms
from ..modeling.tam import TANet
from .common import normalised
from .recognizer import RecognizerTraining

FILLED = 500
"""Clips in the pool before the first step; a trained network would overfit the few that a fresh pool holds."""
GUIDANCE = 0.25
"""Weight of the auxiliary losses at the start: their heads are new, the network isn't."""
TYPICAL = 64
"""Clips from which the statistics of the batch norms are taken."""
CAUSAL_SIZES = ((0.4, 80, 56), (0.7, 120, 84))
"""Until this progress, width and height, before the size of use."""


def continued(training: RecognizerTraining, package: Path) -> RecognizerTraining:
    """The training as it goes on from the network in a package."""
    smaller = CAUSAL_SIZES if training.network.temporal == "causal" and training.kept is None else ()
    sizes = (*smaller, (1.0, *training.network.input_size))
    manifest = json.loads((package / "manifest.json").read_text())
    return replace(training, sizes=sizes, filled=FILLED, guidance=GUIDANCE, begins_with=f"{manifest['name']} {manifest['version']}")


def weights_of(package: Path, training: RecognizerTraining) -> Mapping[str, Tensor]:
    """The state of a network from which ``training`` can begin, be it that of the package or its causal variant.

    Raises ValueError for a package of another network.
    """
    windowed = TANet(replace(training.network, temporal="tam"))
    recover(windowed, package)
    model = TANet(training.network)
    model.load_state_dict(windowed.state_dict())
    unfold(model, training.sizes[0][1:], training.seen)
    return model.state_dict()


def unfold(model: TANet, size: tuple[int, int], seen: int = 0):
    """Give the batch norms of a recovered network the statistics of training clips of this width and height, from number ``seen`` on."""
    clips = ActionClips(seeds.TRAIN, size=size, frames=model.config.segments)
    images = np.stack([clips.annotated(seen + index).images for index in range(TYPICAL)])
    unfold_norms(model, normalised(torch.from_numpy(images)))
