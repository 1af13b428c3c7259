"""Verb train-recognizer."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from vigil_models.data.sources import RECOGNITION, described
from vigil_models.engine.recipe_arguments import SMALL, add_recipe_arguments, check_small, recipe_run
from vigil_models.engine.further import continued, weights_of
from vigil_models.engine.recognizer import RecognizerTraining, train

HELP = "train the action recognizer (TAM): a small one on the synthetic world, or by a published recipe"

RECIPES = ("tam-kinetics", "tam-something-v1", "tam-something-v1-mmaction2", "tam-something-v2")
AT_ONCE = 8
"""Clips that one GPU computes together in the publications."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    defaults = RecognizerTraining()
    parser.add_argument("--name", default=defaults.name, help="run directory under --runs (default %(default)s)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--minutes", type=float, help=f"end after so many minutes at the latest (small: {defaults.minutes:g})")
    parser.add_argument("--steps", type=int, help=f"end after so many steps (small: {defaults.steps})")
    parser.add_argument("--batch", type=int, default=defaults.batch, help="clips per step of the small recipe (default %(default)s)")
    parser.add_argument("--fresh", type=float, default=defaults.fresh, help="share of them rendered anew, the rest being drawn from earlier ones (default %(default)s)")
    parser.add_argument("--kept-clips", type=int, metavar="N", help="render so many once, for this and later trainings, and draw from them instead")
    parser.add_argument("--cache", type=Path, default=defaults.cache, help="folder of kept clips (default %(default)s)")
    parser.add_argument("--rate", type=float, help=f"peak learning rate (default: the recipe's, {defaults.peak_rate:g} of the small one)")
    parser.add_argument("--workers", type=int, default=defaults.workers, help="rendering or reading processes (default %(default)s)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--validation-clips", type=int, default=defaults.validation_clips, help="held-out clips (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--from-package", type=Path, metavar="DIR", help="begin the small recipe with the weights of a package and fresh clips")
    parser.add_argument("--seen-clips", type=int, default=0, help="that the package's training has seen, as its manifest tells (default %(default)s)")
    parser.add_argument("--causal", action="store_true", help="train the variant that looks back only, which the service can step frame by frame")
    parser.add_argument("--pairs", type=float, default=defaults.pairs, help="weight of the loss that tells an action from its reverse (default %(default)s)")
    parser.add_argument("--seed", type=int, default=defaults.seed, help="seed of weights and batches (default %(default)s)")
    add_recipe_arguments(parser, RECIPES, described(RECOGNITION))
    parser.add_argument("--segments", type=int, choices=(8, 16), default=8, help="frames per clip of a published recipe (default 8)")
    parser.add_argument("--depth", type=int, choices=(50, 101), default=50, help="of a published recipe's ResNet (default 50)")


def run(args: argparse.Namespace) -> int:
    return _small(args) if args.recipe == SMALL else _published(args)


def _published(args: argparse.Namespace) -> int:
    from vigil_models.data.sources import recognition
    from vigil_models.engine.published_training import train_recognizer
    from vigil_models.engine.recipes import recognizer_recipes

    if args.causal or args.from_package or args.pairs:
        raise ValueError("--causal, --from-package and --pairs are for the small recipe")
    chosen = recipe_run(args, AT_ONCE)
    if args.backbone is None and not args.resume:
        print("beginning with random weights; the publications begin with a ResNet trained on ImageNet (--backbone)", file=sys.stderr)
    steps = train_recognizer(chosen, recognizer_recipes(args.segments, args.depth)[args.recipe], recognition(args.data))
    print(f"{steps} steps; checkpoint {chosen.training.directory / 'last.pt'}")
    return 0


def _small(args: argparse.Namespace) -> int:
    check_small(args, "mixed_precision")
    defaults = RecognizerTraining()
    if args.kept_clips is not None and args.seen_clips:
        raise ValueError("--kept-clips are the first of their split: leave out --seen-clips")
    training = RecognizerTraining(
        name=args.name,
        minutes=defaults.minutes if args.minutes is None else args.minutes,
        steps=defaults.steps if args.steps is None else args.steps,
        batch=args.batch,
        peak_rate=defaults.peak_rate if args.rate is None else args.rate,
        workers=args.workers,
        threads=args.threads,
        validation_clips=args.validation_clips,
        resume=args.resume,
        seed=args.seed,
        mixed_precision=args.mixed_precision,
        fresh=args.fresh,
        pairs=args.pairs,
        seen=args.seen_clips,
        kept=args.kept_clips,
        cache=args.cache,
        network=replace(defaults.network, temporal="causal") if args.causal else defaults.network,
    )
    if args.from_package:
        training = continued(training, args.from_package)
    metrics = train(training, args.runs, weights_of(args.from_package, training) if args.from_package else None)
    print(f"best top-1 {metrics['top1']:.3f} on {metrics['clips']} held-out clips; checkpoint {args.runs / args.name / 'best.pt'}")
    return 0
