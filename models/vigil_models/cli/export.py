"""Export a model package."""

import subprocess
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from ..engine.sizes import size
from ..export.search import add_search_options, searching

HELP = "write a model package (ONNX graphs, manifest, golden files) from a checkpoint or random weights"


def add_arguments(parser: ArgumentParser):
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path, metavar="FILE", help="checkpoint of train-detector or train-recognizer")
    source.add_argument(
        "--random",
        choices=("tra-small", "selsa-small", "tra-r50", "tra-r101", "tra-x101", "tam-small", "tam-small-streaming", "tam-r50", "tam-r101"),
        help="seeded random weights, to test a runtime",
    )
    source.add_argument(
        "--from-package",
        type=Path,
        metavar="DIR",
        help="package of tra-small or tam-small, in float32: its weights, in the graphs that are written today",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to create")
    parser.add_argument("--explain", action="store_true", help="also write the graph that says why (docs/model-package.md)")
    parser.add_argument(
        "--input-size",
        type=size,
        metavar="WxH",
        help="size into which the service fits pictures, as 448x336 (default: the size it was trained at)",
    )
    add_search_options(parser)
    parser.add_argument("--version", help="version that goes into every result (default 1.0.0, or that of --from-package)")


def run(args: Namespace) -> int:
    from ..export.package import write_detector, write_recognizer
    from ..modeling.tra import TRA

    model, info = _from_package(args) if args.from_package else _from_weights(args)
    if args.input_size:
        model.config = replace(model.config, input_size=args.input_size)
    model = searching(model, args)
    (write_detector if isinstance(model, TRA) else write_recognizer)(model, info, args.out, args.explain)
    print(f"wrote {args.out}")
    return 0


def _from_weights(args: Namespace) -> tuple:
    """Network and PackageInfo."""
    from ..export import checkpoint, random_weights
    from ..export.package import CLIP_INTERVAL_MS, SUPPORT_INTERVAL_MS, PackageInfo
    from ..modeling.tra import TRA

    if args.random:
        training = {"data": "none: random weights"}
        model, labels = random_weights.network(args.random)
    else:
        model, content = checkpoint.load(args.checkpoint)
        labels = content["labels"]
        training = {key: content[key] for key in ("commit", "data", "step", "metrics") if key in content}
    training.setdefault("commit", _commit())
    version = args.version or "1.0.0"
    if isinstance(model, TRA):
        return model, PackageInfo(args.random or "tra-small", version, labels, SUPPORT_INTERVAL_MS, "fit", training)
    name = args.random or ("tam-small-streaming" if model.causal else "tam-small")
    return model, PackageInfo(name, version, labels, CLIP_INTERVAL_MS, "stretch", training)


def _from_package(args: Namespace) -> tuple:
    """Network and PackageInfo."""
    from ..export.package import PackageInfo, read_manifest
    from ..export.recovery import small_network

    model, manifest = small_network(args.from_package), read_manifest(args.from_package)
    return model, PackageInfo(
        manifest["name"],
        args.version or manifest["version"],
        manifest["labels"],
        manifest["temporal"]["interval_ms"],
        manifest["input"]["resize"],
        manifest["training"],
    )


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, check=False
    )
    return found.stdout.strip() or "unknown"
