"""Export a model package."""

import subprocess
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from ..engine.sizes import size

HELP = "write a model package (ONNX graphs, manifest, golden files) from a checkpoint or random weights"


def add_arguments(parser: ArgumentParser):
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path, metavar="FILE", help="checkpoint of train-detector or train-recognizer")
    source.add_argument(
        "--random",
        choices=("tra-small", "tra-r50", "tra-r101", "tra-x101", "tam-small", "tam-small-streaming", "tam-r50", "tam-r101"),
        help="seeded random weights, to test a runtime",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to create")
    parser.add_argument("--explain", action="store_true", help="also write the graph that says why (docs/model-package.md)")
    parser.add_argument(
        "--input-size",
        type=size,
        metavar="WxH",
        help="size into which the service fits pictures, as 448x336 (default: the size it was trained at)",
    )
    parser.add_argument("--version", default="1.0.0", help="version that goes into every result (default %(default)s)")


def run(args: Namespace) -> int:
    from ..export import checkpoint, random_weights
    from ..export.package import CLIP_INTERVAL_MS, SUPPORT_INTERVAL_MS, PackageInfo, write_detector, write_recognizer
    from ..modeling.tra import TRA

    if args.random:
        training = {"data": "none: random weights"}
        model, labels = random_weights.network(args.random)
    else:
        model, content = checkpoint.load(args.checkpoint)
        labels = content["labels"]
        training = {key: content[key] for key in ("commit", "data", "step", "metrics") if key in content}
    training.setdefault("commit", _commit())
    if args.input_size:
        model.config = replace(model.config, input_size=args.input_size)
    if isinstance(model, TRA):
        info = PackageInfo(args.random or "tra-small", args.version, labels, SUPPORT_INTERVAL_MS, "fit", training)
        write_detector(model, info, args.out, args.explain)
    else:
        name = args.random or ("tam-small-streaming" if model.causal else "tam-small")
        info = PackageInfo(name, args.version, labels, CLIP_INTERVAL_MS, "stretch", training)
        write_recognizer(model, info, args.out, args.explain)
    print(f"wrote {args.out}")
    return 0


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return found.stdout.strip() or "unknown"
