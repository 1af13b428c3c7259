"""Verb evaluate-detector."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Dict

from ..data.sources import DETECTION, described

HELP = "measure a detector: on held-out sequences of the synthetic world, or on a stored data set"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of train-detector, or a published one")
    parser.add_argument("--data", metavar="KIND=PATHS", help=f"stored data set, all frames: {described(DETECTION)}")
    parser.add_argument(
        "--detections",
        type=Path,
        metavar="FILE",
        help="keep what was found in a stored data set there, a line of JSON per video; a run that was stopped goes on with it",
    )
    parser.add_argument("--sequences", type=int, default=200, help="synthetic test sequences (default %(default)s)")
    parser.add_argument("--supports", type=int, help="support frames beside the key frame (default: as at run time)")
    parser.add_argument("--single-frame", action="store_true", help="ignore the support frames, for comparison (synthetic)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the numbers as JSON")


def run(args: Namespace) -> int:
    from ..engine.common import pick_device
    from ..export import checkpoint
    from ..modeling.tra import TRA

    if args.detections and not args.data:
        raise ValueError("--detections is for stored data sets: give --data, too")
    device = pick_device(args.threads)
    model, content = checkpoint.load_any(args.checkpoint)
    if not isinstance(model, TRA):
        raise ValueError(f"{args.checkpoint} holds a recognizer; evaluate-detector needs a detector")
    metrics = (_stored if args.data else _synthetic)(model.to(device), args)
    text = json.dumps({"step": content.get("step"), **metrics}, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")
    return 0


def _stored(model, args: Namespace) -> Dict:
    from dataclasses import replace

    from ..data.sources import detection_test
    from ..engine.detection_file import DetectionFile
    from ..engine.video_detection import evaluate_videos

    if args.supports is not None:
        model.config = replace(model.config, supports=args.supports)
    kept = DetectionFile(args.detections, model) if args.detections else None
    return {"supports": model.config.supports, **evaluate_videos(model, detection_test(args.data, model.config.labels), kept)}


def _synthetic(model, args: Namespace) -> Dict:
    from ..data import seeds
    from ..data.detection import DetectionSequences
    from ..data.loading import RenderedDataset
    from ..engine.detector_evaluation import evaluate

    supports = model.config.supports if args.supports is None else args.supports
    sequences = DetectionSequences(seeds.TEST, size=model.config.input_size, frames=supports + 1)
    test_set = RenderedDataset(sequences.sequence, args.sequences)
    metrics = evaluate(model, test_set, model.config.input_size, not args.single_frame)
    return {"supports": 0 if args.single_frame else supports, **metrics}
