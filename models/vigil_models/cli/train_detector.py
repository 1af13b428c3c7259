"""Verb train-detector."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from ..data.sources import DETECTION, described
from ..engine.recipe_arguments import SMALL, add_recipe_arguments, check_small, recipe_run

HELP = "train the detector (Temporal RoI Align): a small one on the synthetic world, or by a published recipe"

MINUTES = 75.0
PEAK_RATE = 2e-3
RECIPES = ("tra-r50-imagenet-vid", "tra-r101-imagenet-vid", "tra-x101-imagenet-vid", "selsa-r50-imagenet-vid")


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--name", default="detector", help="run directory under --runs (default %(default)s)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--minutes", type=float, help=f"time budget; of the small recipe without --steps {MINUTES:g}")
    parser.add_argument("--steps", type=int, help="end after so many steps, however long they take")
    parser.add_argument("--sequences", type=int, default=3000, help="rendered sequences (default %(default)s)")
    parser.add_argument(
        "--disturbed", action="store_true", help="learn from cameras whose pictures are spoilt for moments (small recipe)"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("data-cache/detector"),
        help="where rendered sequences are kept, 1 MB each (default %(default)s)",
    )
    parser.add_argument("--rate", type=float, help=f"peak learning rate (default: the recipe's, {PEAK_RATE:g} of the small one)")
    parser.add_argument("--workers", type=int, default=1, help="rendering or reading processes (default %(default)s)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--seed", type=int, default=0, help="seed of weights and batches (default %(default)s)")
    add_recipe_arguments(parser, RECIPES, described(DETECTION), joined=True)


def run(args: Namespace) -> int:
    return _small(args) if args.recipe == SMALL else _published(args)


def _published(args: Namespace) -> int:
    from ..data.sources import detection_training
    from ..engine.published_training import train_detector
    from ..engine.recipes import detector_recipes

    if args.disturbed:
        raise ValueError("--disturbed is of the synthetic world: leave --recipe out")
    chosen = recipe_run(args)
    if args.backbone is None and not args.resume:
        raise ValueError(f"--recipe {args.recipe} leaves the stem and the first stage as they are: give --backbone, a ResNet trained on ImageNet")
    recipe = detector_recipes()[args.recipe]
    steps = train_detector(chosen, recipe, detection_training(args.data, recipe.network.labels))
    print(f"{steps} steps; checkpoint {chosen.training.directory / 'last.pt'}")
    return 0


def _small(args: Namespace) -> int:
    from ..engine.detector import DetectorTrainer, DetectorTraining

    check_small(args)
    training = DetectorTraining(
        name=args.name,
        minutes=MINUTES if args.minutes is None and args.steps is None else args.minutes,
        steps=args.steps,
        sequences=args.sequences,
        disturbed=args.disturbed,
        cache=args.cache,
        peak_rate=PEAK_RATE if args.rate is None else args.rate,
        workers=args.workers,
        threads=args.threads,
        resume=args.resume,
        seed=args.seed,
    )
    metrics = DetectorTrainer(training, args.runs).train()
    print(f"best mAP@50 {metrics['mAP@50']:.3f} on {metrics['key frames']} held-out key frames", end="; ")
    print(f"checkpoint {args.runs / args.name / 'best.pt'}")
    return 0
