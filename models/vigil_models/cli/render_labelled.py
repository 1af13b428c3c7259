"""Verb render-labelled."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "render labelled videos of the synthetic world, to measure the running service with `evaluate-results`"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the videos and truth.json")
    parser.add_argument("--videos", type=int, default=12, help="how many (default %(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="length of each, at least 2 (default %(default)s)")
    parser.add_argument("--fps", type=int, default=5, help="frames per second (default %(default)s)")
    parser.add_argument("--split", choices=("validation", "test"), default="validation", help="seeds (default %(default)s)")


def run(args: Namespace) -> int:
    from ..data import seeds
    from ..footage.rendering import LabelledVideos

    if args.videos < 1 or args.seconds < 2 or args.fps < 1:
        raise ValueError("give at least 1 video, 2 seconds and 1 frame per second")
    base = {"validation": seeds.VALIDATION, "test": seeds.TEST}[args.split]
    paths = LabelledVideos(base, args.videos, args.seconds, args.fps).write(args.out)
    inputs = " ".join(f"--input {path}" for path in paths)
    print(f"vigil demo --headless --unpaced {inputs} --results {args.out / 'found.jsonl'}")
    videos = " ".join(f"--video {path}" for path in paths)
    print(f"python3 -m vigil_models evaluate-results --results {args.out / 'found.jsonl'} --truth {args.out / 'truth.json'} {videos}")
    return 0
