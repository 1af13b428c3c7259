"""How sure the gains on disturbed key frames are: differences between detectors on the same test videos, drawn anew.

    python3 dev/paired_gains.py RUNS CACHE [VIDEOS]

RUNS and CACHE are the folders of `python3 -m vigil_models results`. For every pair of detectors the mean over the draws and
its standard deviation, of mAP@50 in points, averaged over the seeds 0, 1, 2.
"""

import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from vigil_models.data import seeds
from vigil_models.data.detection import DetectionVideos
from vigil_models.engine.common import load_checkpoint
from vigil_models.engine.sequence_cache import SequenceCache
from vigil_models.evaluation.detection import resampled_means
from vigil_models.evaluation.subsets import SUBSETS
from vigil_models.modeling.tra import TRA
from vigil_models.results.detector_measures import _Parts, _truths
from vigil_models.results.plan import plan
from vigil_models.results.support_choices import BUDGET
from vigil_models.world.disturbance import staged

NAMES = ("tra-full", "tra", "selsa", "single-frame")
RUN_SEEDS = (0, 1, 2)


def detector(variant, runs: Path, seed: int) -> TRA:
    model = TRA(variant.network)
    name = (variant.weights_of or variant).name
    model.load_state_dict(load_checkpoint(runs / f"{name}-seed{seed}" / "last.pt")["model"])
    return model.eval()


@torch.no_grad()
def main(runs: Path, cache: Path, count: int) -> None:
    source = DetectionVideos(seeds.TEST, frames=2 * BUDGET + 1, disturb=staged)
    videos = SequenceCache(source, count, cache / "test-videos-disturbed")
    variants = [next(v for v in plan().variants if v.name == name) for name in NAMES]
    models = {(v.name, seed): detector(v, runs, seed) for v in variants for seed in RUN_SEEDS}
    found, truths = {run: [] for run in models}, []
    for number in range(count):
        video = videos[number]
        key = len(video.images) // 2
        numbers = list(range(key - BUDGET, key + 1))
        truths.append(_truths(video, key))
        trunk = _Parts(next(iter(models.values())), video.images)  # the same in all
        for run, model in models.items():
            parts = _Parts(model, video.images)
            parts.features, parts.proposals = trunk.features, trunk.proposals
            found[run].append(parts.detect(key, numbers))
    for subset in SUBSETS:
        of_subset = [truth[subset] for truth in truths]
        drawn = {n: np.mean([resampled_means(found[n, s], of_subset, 5) for s in RUN_SEEDS], 0) for n in NAMES}
        for better, worse in combinations(NAMES, 2):
            gain = 100 * (drawn[better] - drawn[worse])
            print(f"{subset}: {better} - {worse}: {np.nanmean(gain):+.1f} ± {np.nanstd(gain, ddof=1):.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 200)
