"""Verb import."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ..export.search import add_search_options, searching

HELP = "turn a published checkpoint into a model package"

SUPPORT_INTERVAL_MS = 1000
CLIP_SPAN_MS = 2136  # 64 source frames at 30 per second
SOMETHING_CLASSES = 174


def add_arguments(parser: ArgumentParser):
    parser.add_argument("file", type=Path, metavar="FILE", help="checkpoint (torch or .npz)")
    parser.add_argument("--format", required=True, choices=("mmtracking", "mmaction2", "tam-official"))
    parser.add_argument("--out", type=Path, required=True, metavar="PACKAGE", help="folder to create")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="class names, one a line, in the order of the logits")
    parser.add_argument("--explain", action="store_true", help="also write the graph that says why (docs/model-package.md)")
    parser.add_argument(
        "--interval-ms",
        type=int,
        metavar="MS",
        help="between support frames, or between the frames of a clip; of recognizers whose clips are to cover whole actions, as those of "
        f"Something-Something, the action's length over the frames (default: {SUPPORT_INTERVAL_MS}, and {CLIP_SPAN_MS} over the frames of a clip, as of Kinetics)",
    )
    add_search_options(parser)
    parser.add_argument("--name", help="name of the package (default: that of its folder)")
    parser.add_argument("--version", default="1.0.0", help="version that goes into every result (default %(default)s)")


def run(args: Namespace) -> int:
    from ..export import published
    from ..export.package import PackageInfo, write_detector, write_recognizer
    from ..export.state import load_state

    if args.interval_ms is not None and args.interval_ms < 1:
        raise ValueError(f"--interval-ms is {args.interval_ms}; it must be positive")
    state = load_state(args.file)
    labels = args.labels.read_text().split("\n") if args.labels else None
    labels = [label.strip() for label in labels if label.strip()] if labels else None
    training = {"data": f"imported from {args.file.name} ({args.format})"}
    name = args.name or args.out.name
    if args.format == "mmtracking":
        model = searching(published.detector(state, str(args.file), labels), args)
        info = PackageInfo(name, args.version, model.config.labels, args.interval_ms or SUPPORT_INTERVAL_MS, "fit", training)
        write_detector(model, info, args.out, args.explain)
    else:
        _check_names(state, args)
        model = searching(published.recognizer(state, str(args.file)), args)
        classes = model.config.classes
        labels = labels or [f"class {index}" for index in range(classes)]
        if len(labels) != classes:
            raise ValueError(f"{args.file} tells {classes} classes apart, but {len(labels)} labels were given")
        interval_ms = args.interval_ms or round(CLIP_SPAN_MS / model.config.segments)
        if classes == SOMETHING_CLASSES and args.interval_ms is None:
            print(f"174 classes, as of Something-Something: clips of such weights cover whole actions, --interval-ms {interval_ms} may be too short", file=sys.stderr)
        info = PackageInfo(name, args.version, labels, interval_ms, "crop", training)
        write_recognizer(model, info, args.out, args.explain)
    print(f"wrote {args.out}")
    return 0


def _check_names(state, args: Namespace):
    prefix = {"mmaction2": "backbone.", "tam-official": "base_model."}[args.format]
    if not any(key.startswith(prefix) for key in state):
        raise ValueError(
            f"{args.file} is not in format {args.format}: no key starts with {prefix} (the first is {next(iter(state))})"
        )
