"""How sure the gains of detectors over others are: differences on the same test videos, drawn anew.

    python3 dev/paired_gains.py RUNS CACHE [--undisturbed] [--names tra-full,tra,selsa,single-frame] [--videos 200]

RUNS and CACHE are the folders of `python3 -m vigil_models results`; key frames are disturbed ones unless said otherwise. For every
pair of detectors the mean over the draws and its standard deviation, of mAP@50 in points, averaged over the seeds 0, 1, 2; then the
AP@50 of each class, of which mAP is the mean however few its objects are, averaged over the seeds.
"""

import sys
from argparse import ArgumentParser, Namespace
from itertools import combinations
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from vigil_models.data import seeds
from vigil_models.data.detection import DetectionVideos
from vigil_models.engine.common import load_checkpoint
from vigil_models.engine.sequence_cache import SequenceCache
from vigil_models.evaluation.detection import average_precision, resampled_means
from vigil_models.evaluation.subsets import SUBSETS
from vigil_models.modeling.tra import TRA
from vigil_models.results.detector_measures import _Parts, _truths
from vigil_models.results.plan import plan
from vigil_models.results.support_choices import BUDGET, slots
from vigil_models.world.disturbance import staged

RUN_SEEDS = (0, 1, 2)


def arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--undisturbed", action="store_true", help="the usual key frames instead of disturbed ones")
    parser.add_argument("--names", type=lambda text: text.split(","), default=["tra-full", "tra", "selsa", "single-frame"])
    parser.add_argument("--videos", type=int, default=200)
    return parser.parse_args()


def test_videos(args: Namespace) -> SequenceCache:
    if args.undisturbed:
        return SequenceCache(DetectionVideos(seeds.TEST), args.videos, args.cache / "test-videos")
    source = DetectionVideos(seeds.TEST, frames=2 * BUDGET + 1, disturb=staged)
    return SequenceCache(source, args.videos, args.cache / "test-videos-disturbed")


def detector(variant, runs: Path, seed: int) -> TRA:
    model = TRA(variant.network)
    name = (variant.weights_of or variant).name
    model.load_state_dict(load_checkpoint(runs / f"{name}-seed{seed}" / "last.pt")["model"])
    return model.eval()


@torch.no_grad()
def main(args: Namespace) -> None:
    videos = test_videos(args)
    variants = [next(v for v in plan().variants if v.name == name) for name in args.names]
    models = {(v.name, seed): detector(v, args.runs, seed) for v in variants for seed in RUN_SEEDS}
    labels = variants[0].network.labels
    found, truths = {run: [] for run in models}, []
    for number in range(args.videos):
        video = videos[number]
        key = len(video.images) // 2
        truths.append(_truths(video, key))
        trunk = _Parts(next(iter(models.values())), video.images)  # the same in all
        numbers = [*slots(BUDGET)(trunk.features, key), key]
        for run, model in models.items():
            parts = _Parts(model, video.images)
            parts.features, parts.proposals = trunk.features, trunk.proposals
            found[run].append(parts.detect(key, numbers))
    for subset in SUBSETS:
        of_subset = [truth[subset] for truth in truths]
        drawn = {n: np.mean([resampled_means(found[n, s], of_subset, len(labels)) for s in RUN_SEEDS], 0) for n in args.names}
        for better, worse in combinations(args.names, 2):
            gain = 100 * (drawn[better] - drawn[worse])
            print(f"{subset}: {better} - {worse}: {np.nanmean(gain):+.1f} ± {np.nanstd(gain, ddof=1):.1f}")
        for name in args.names:
            judged = [average_precision(found[name, seed], of_subset, len(labels)) for seed in RUN_SEEDS]
            classes = zip(labels, 100 * np.mean([one.per_class for one in judged], 0), judged[0].objects)
            print(f"{subset}: {name}: " + ", ".join(f"{label} {value:.1f} of {objects}" for label, value, objects in classes))


if __name__ == "__main__":
    main(arguments())
