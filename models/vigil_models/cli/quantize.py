"""Verb quantize."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "write a package that computes with 8-bit integers or in half precision, from one in float32"
SAMPLES = 64


def add_arguments(parser: ArgumentParser):
    parser.add_argument(
        "--package", type=Path, required=True, metavar="DIR", help="package in float32; for int8, of tra-small or tam-small"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to create; its name becomes the package's")
    parser.add_argument(
        "--to",
        choices=("int8", "float16"),
        default="int8",
        help="int8: convolutions, and the detector's search for similar features, in 8-bit integers, for processors; float16: half precision, for GPUs (default %(default)s)",
    )
    parser.add_argument(
        "--calibrate",
        type=Path,
        metavar="VIDEO",
        help="int8: take the ranges of activations from this video (default: from the synthetic world)",
    )
    parser.add_argument("--samples", type=int, help=f"int8: frames, or clips, that are looked at (default {SAMPLES})")
    parser.add_argument("--version", help="int8: version that goes into every result (default: that of the package)")
    parser.add_argument(
        "--emulate",
        action="store_true",
        help="float16: compute in float32 and round as half precision does, to measure its accuracy on a processor",
    )


def run(args: Namespace) -> int:
    if args.out.exists():
        raise FileExistsError(f"{args.out} exists already; remove it or choose another --out")
    if args.to == "float16":
        _to_half(args)
    elif args.emulate:
        raise ValueError("--emulate is for --to float16")
    else:
        _to_integers(args)
    return 0


def _to_half(args: Namespace):
    from ..export.half_package import write_half

    if args.calibrate or args.samples is not None:
        raise ValueError("--calibrate and --samples are for --to int8: half precision needs no ranges")
    if args.version:
        raise ValueError("--version is for --to int8: in half precision a package is of the version that it was")
    share = write_half(args.package, args.out, args.emulate)
    print(f"wrote {args.out}: {share.halved} of {share.products} convolutions and matrix products in half precision")


def _to_integers(args: Namespace):
    from ..export import calibration
    from ..export.package import PackageInfo, write_detector, write_recognizer
    from ..export.quantization import quantize
    from ..export.recovery import small_network
    from ..modeling.tra import TRA

    samples = SAMPLES if args.samples is None else args.samples
    if samples < 1:
        raise ValueError(f"--samples is {samples}; at least one is needed")
    model = small_network(args.package)
    if isinstance(model, TRA):
        model = model.searching(rounded=True)
    manifest = json.loads((args.package / "manifest.json").read_text())
    resize = manifest["input"]["resize"]
    seen = f"{samples} samples of {args.calibrate.name if args.calibrate else 'the synthetic world'}"
    if args.calibrate:
        quantize(model, calibration.on_video(args.calibrate, resize, samples))
    else:
        quantize(model, calibration.on_the_world(samples))
    training = {**manifest["training"], "quantization": f"int8, ranges from {seen}"}
    info = PackageInfo(args.out.name, args.version or manifest["version"], manifest["labels"], manifest["temporal"]["interval_ms"], resize, training)
    explain = "explain" in manifest["graphs"]
    (write_detector if isinstance(model, TRA) else write_recognizer)(model, info, args.out, explain)
    print(f"wrote {args.out}")
