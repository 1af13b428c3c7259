"""Verb train-detector."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "train the detector (Temporal RoI Align) on the synthetic world"

MINUTES = 75.0


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--name", default="detector", help="run directory under --runs (default %(default)s)")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are kept (default %(default)s)")
    parser.add_argument("--minutes", type=float, help=f"time budget; without --steps the default is {MINUTES:g}")
    parser.add_argument("--steps", type=int, help="end after so many steps, however long they take")
    parser.add_argument("--sequences", type=int, default=3000, help="rendered sequences (default %(default)s)")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("data-cache/detector"),
        help="where rendered sequences are kept, 1 MB each (default %(default)s)",
    )
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate (default %(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="rendering processes (default %(default)s)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--seed", type=int, default=0, help="seed of weights and batches (default %(default)s)")


def run(args: Namespace) -> int:
    from ..engine.detector import DetectorTrainer, DetectorTraining

    training = DetectorTraining(
        name=args.name,
        minutes=MINUTES if args.minutes is None and args.steps is None else args.minutes,
        steps=args.steps,
        sequences=args.sequences,
        cache=args.cache,
        peak_rate=args.rate,
        workers=args.workers,
        threads=args.threads,
        resume=args.resume,
        seed=args.seed,
    )
    metrics = DetectorTrainer(training, args.runs).train()
    print(f"best mAP@50 {metrics['mAP@50']:.3f} on {metrics['key frames']} held-out key frames", end="; ")
    print(f"checkpoint {args.runs / args.name / 'best.pt'}")
    return 0
