"""Verb train-recognizer."""

import argparse
from pathlib import Path

from vigil_models.engine.recognizer import RecognizerTraining, train

HELP = "train the action recognizer (TAM) on the synthetic world"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    defaults = RecognizerTraining()
    parser.add_argument("--name", default=defaults.name, help="run directory under --runs (default %(default)s)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--minutes", type=float, default=defaults.minutes, help="end after so many minutes at the latest (default %(default)g)")
    parser.add_argument("--steps", type=int, default=defaults.steps, help="end after so many steps (default %(default)s)")
    parser.add_argument("--batch", type=int, default=defaults.batch, help="clips per step (default %(default)s)")
    parser.add_argument("--rate", type=float, default=defaults.peak_rate, help="peak learning rate (default %(default)s)")
    parser.add_argument("--workers", type=int, default=defaults.workers, help="rendering processes (default %(default)s)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--validation-clips", type=int, default=defaults.validation_clips, help="held-out clips (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--seed", type=int, default=defaults.seed, help="seed of weights and batches (default %(default)s)")


def run(args: argparse.Namespace) -> int:
    training = RecognizerTraining(
        name=args.name,
        minutes=args.minutes,
        steps=args.steps,
        batch=args.batch,
        peak_rate=args.rate,
        workers=args.workers,
        threads=args.threads,
        validation_clips=args.validation_clips,
        resume=args.resume,
        seed=args.seed,
    )
    metrics = train(training, args.runs)
    print(f"best top-1 {metrics['top1']:.3f} on {metrics['clips']} held-out clips; checkpoint {args.runs / args.name / 'best.pt'}")
    return 0
