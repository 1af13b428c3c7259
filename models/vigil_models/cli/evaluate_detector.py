"""Verb evaluate-detector."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "measure a detector's mAP@50 on held-out sequences of the synthetic world"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of train-detector")
    parser.add_argument("--sequences", type=int, default=200, help="test sequences (default %(default)s)")
    parser.add_argument("--supports", type=int, help="support frames before the key frame (default: as at run time)")
    parser.add_argument("--single-frame", action="store_true", help="ignore the support frames, for comparison")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the numbers as JSON")


def run(args: Namespace) -> int:
    from ..data import seeds
    from ..data.detection import DetectionSequences
    from ..data.loading import RenderedDataset
    from ..engine.common import pick_device
    from ..engine.detector_evaluation import evaluate
    from ..export import checkpoint
    from ..modeling.tra import TRA

    device = pick_device(args.threads)
    model, content = checkpoint.load(args.checkpoint)
    if not isinstance(model, TRA):
        raise ValueError(f"{args.checkpoint} holds a recognizer; evaluate-detector needs a detector")
    supports = model.config.supports if args.supports is None else args.supports
    sequences = DetectionSequences(seeds.TEST, size=model.config.input_size, frames=supports + 1)
    test_set = RenderedDataset(sequences.sequence, args.sequences)
    metrics = evaluate(model.to(device), test_set, model.config.input_size, not args.single_frame)
    result = {"step": content.get("step"), "supports": 0 if args.single_frame else supports, **metrics}
    print(json.dumps(result, indent=2))
    if args.out:
        args.out.write_text(json.dumps(result, indent=2) + "\n")
    return 0
