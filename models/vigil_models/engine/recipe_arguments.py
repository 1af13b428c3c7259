"""Arguments that both training verbs have for the published recipes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Sequence

SMALL = "small"
"""The recipe of the shipped networks, on the synthetic world."""


def add_recipe_arguments(parser: ArgumentParser, recipes: Sequence[str], data: str, joined: bool = False) -> None:
    """With ``joined``, --data may be given several times."""
    group = parser.add_argument_group("published recipes", "under torchrun all processes train together")
    group.add_argument("--recipe", choices=(SMALL, *recipes), default=SMALL, help="default %(default)s")
    several = "; given several times, the sets are joined, with the classes of the first" if joined else ""
    action = "append" if joined else "store"
    group.add_argument("--data", metavar="KIND=PATHS", action=action, help=f"stored data set: {data}{several}")
    group.add_argument("--backbone", type=Path, metavar="FILE", help="ResNet trained on ImageNet, as torchvision publishes it")
    group.add_argument("--epochs", type=int, help="instead of the recipe's; the rate falls at the same shares of it")
    group.add_argument("--at-once", type=int, help="samples that a process computes together; the rest of a step is accumulated")
    group.add_argument("--mixed-precision", action="store_true", help="half precision where it is safe (bfloat16 on CPUs)")


def recipe_run(args: Namespace, at_once: int = 1):
    """A `RecipeRun` from the arguments of a training verb; ValueError without --data."""
    from .epochs import EpochTraining
    from .published_training import RecipeRun

    if not args.data:
        raise ValueError(f"--recipe {args.recipe} needs --data: the data set to learn from")
    for name in ("epochs", "at_once"):
        if getattr(args, name) is not None and getattr(args, name) < 1:
            raise ValueError(f"--{name.replace('_', '-')} is {getattr(args, name)}; it must be positive")
    training = EpochTraining(
        directory=args.runs / args.name,
        at_once=args.at_once or at_once,
        workers=args.workers,
        mixed_precision=args.mixed_precision,
        minutes=args.minutes,
        steps=args.steps,
        resume=args.resume,
        seed=args.seed,
    )
    data = args.data if isinstance(args.data, str) else " + ".join(args.data)
    return RecipeRun(args.recipe, data, training, args.rate, args.epochs, args.backbone, args.threads)


def check_small(args: Namespace, *understood: str) -> None:
    """ValueError for arguments that mean nothing to the small recipe, which has those of ``understood`` in common with the published ones."""
    published = ("data", "backbone", "epochs", "at_once", "mixed_precision")
    given = [name for name in published if name not in understood and getattr(args, name)]
    if given:
        raise ValueError(f"--{given[0].replace('_', '-')} belongs to a published recipe: choose one with --recipe")
