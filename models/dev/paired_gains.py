"""How sure the gains of detectors over others are: differences on the same test videos, drawn anew.

    python3 dev/paired_gains.py RUNS CACHE [--undisturbed] [--names tra-full,tra,selsa,single-frame] [--videos 200]

RUNS and CACHE are the folders of `python3 -m vigil_models results`; key frames are disturbed ones unless said otherwise. For every
pair of detectors the mean over the draws and its standard deviation, of mAP@50 in points, averaged over those of the seeds 0, 1, 2 that
both were trained with; then the AP@50 of each class, of which mAP is the mean however few its objects are, averaged over the seeds.
Beyond the first 200, which the comparison has in full, videos have no more frames than the support frames need.
"""

import sys
from argparse import ArgumentParser, Namespace
from itertools import combinations, product
from pathlib import Path
from typing import Sequence

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from vigil_models.data import seeds
from vigil_models.data.detection import DetectionSequence, DetectionVideos
from vigil_models.engine.common import Every, load_checkpoint, pick_device
from vigil_models.engine.sequence_cache import SequenceCache
from vigil_models.evaluation.detection import average_precision, resampled_means
from vigil_models.evaluation.subsets import SUBSETS
from vigil_models.modeling.tra import TRA
from vigil_models.results.detector_measures import _Parts, _truths
from vigil_models.results.plan import Variant, plan
from vigil_models.results.support_choices import BUDGET, slots
from vigil_models.world.disturbance import never, staged

RUN_SEEDS = (0, 1, 2)
COMPARED = 200
"""Test videos of the comparison."""


def arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--undisturbed", action="store_true", help="the usual key frames instead of disturbed ones")
    parser.add_argument("--names", type=lambda text: text.split(","), default=["tra-full", "tra", "selsa", "single-frame"])
    parser.add_argument("--videos", type=int, default=200)
    return parser.parse_args()


class Videos:
    """Test videos: those of the comparison, then further ones."""

    def __init__(self, args: Namespace):
        needed, disturbed = 2 * BUDGET + 1, staged if not args.undisturbed else never
        folder = "test-videos" if args.undisturbed else "test-videos-disturbed"
        first = DetectionVideos(seeds.TEST) if args.undisturbed else DetectionVideos(seeds.TEST, frames=needed, disturb=disturbed)
        self._first = SequenceCache(first, min(args.videos, COMPARED), args.cache / folder)
        self._further = SequenceCache(DetectionVideos(seeds.TEST, frames=needed, disturb=disturbed), args.videos, args.cache / f"further-{folder}")

    def __getitem__(self, number: int) -> DetectionSequence:
        return self._first[number] if number < COMPARED else self._further[number]


def detectors(variants: Sequence[Variant], runs: Path) -> dict[tuple[str, int], TRA]:
    """By name and seed, those that were trained."""
    found = {}
    for variant, seed in product(variants, RUN_SEEDS):
        checkpoint = runs / f"{(variant.weights_of or variant).name}-seed{seed}" / "last.pt"
        if checkpoint.exists():
            model = TRA(variant.network)
            model.load_state_dict(load_checkpoint(checkpoint)["model"])
            found[variant.name, seed] = model.eval()
    return found


@torch.no_grad()
def main(args: Namespace) -> None:
    pick_device(1)
    videos, report = Videos(args), Every(60)
    variants = [next(v for v in plan().variants if v.name == name) for name in args.names]
    models = detectors(variants, args.runs)
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
        if report.due():
            print(f"{number + 1} of {args.videos} videos", file=sys.stderr, flush=True)
    for subset in SUBSETS:
        of_subset = [truth[subset] for truth in truths]
        drawn = {run: resampled_means(detections, of_subset, len(labels)) for run, detections in found.items()}
        for better, worse in combinations(args.names, 2):
            both = [seed for seed in RUN_SEEDS if (better, seed) in drawn and (worse, seed) in drawn]
            gain = 100 * np.mean([drawn[better, seed] - drawn[worse, seed] for seed in both], 0)
            print(f"{subset}: {better} - {worse}: {np.nanmean(gain):+.1f} ± {np.nanstd(gain, ddof=1):.1f} ({len(both)} seeds)")
        for name in args.names:
            judged = [average_precision(found[run], of_subset, len(labels)) for run in found if run[0] == name]
            classes = zip(labels, 100 * np.mean([one.per_class for one in judged], 0), judged[0].objects)
            mean = 100 * np.mean([one.mean for one in judged])
            print(f"{subset}: {name}: {mean:.1f}; " + ", ".join(f"{label} {value:.1f} of {objects}" for label, value, objects in classes))


if __name__ == "__main__":
    main(arguments())
