"""Verb quantize."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "write a package whose convolutions compute with 8-bit integers, from one of the small networks' packages"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--package", type=Path, required=True, metavar="DIR", help="package of tra-small or tam-small, in float32")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to create; its name becomes the package's")
    parser.add_argument(
        "--calibrate",
        type=Path,
        metavar="VIDEO",
        help="take the ranges of activations from this video (default: from the synthetic world)",
    )
    parser.add_argument("--samples", type=int, default=64, help="frames, or clips, that are looked at (default %(default)s)")


def run(args: Namespace) -> int:
    from ..export import calibration
    from ..export.package import PackageInfo, write_detector, write_recognizer
    from ..export.quantization import quantize
    from ..export.recovery import small_network
    from ..modeling.tra import TRA

    if args.samples < 1:
        raise ValueError(f"--samples is {args.samples}; at least one is needed")
    if args.out.exists():
        raise FileExistsError(f"{args.out} exists already; remove it or choose another --out")
    model = small_network(args.package)
    manifest = json.loads((args.package / "manifest.json").read_text())
    resize = manifest["input"]["resize"]
    seen = f"{args.samples} samples of {args.calibrate.name if args.calibrate else 'the synthetic world'}"
    if args.calibrate:
        quantize(model, calibration.on_video(args.calibrate, resize, args.samples))
    else:
        quantize(model, calibration.on_the_world(args.samples))
    training = {**manifest["training"], "quantization": f"int8, ranges from {seen}"}
    info = PackageInfo(args.out.name, manifest["version"], manifest["labels"], manifest["temporal"]["interval_ms"], resize, training)
    explain = "explain" in manifest["graphs"]
    (write_detector if isinstance(model, TRA) else write_recognizer)(model, info, args.out, explain)
    print(f"wrote {args.out}")
    return 0
