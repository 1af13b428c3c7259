"""Verb evaluate-results."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ..engine.sizes import size

HELP = "measure what the running service found, from the file of `vigil demo --unpaced --results`, against labelled frames"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--results", type=Path, required=True, metavar="FILE", help="JSON Lines of the service")
    parser.add_argument(
        "--truth", type=Path, required=True, metavar="FILE", help="labelled frames as COCO-VID JSON; frame_id counts from 0"
    )
    parser.add_argument("--label", action="append", metavar="NAME", help="measure only this one; may be repeated (default: all)")
    parser.add_argument("--min-score", type=float, default=0.3, metavar="S", help="leave out detections below (default %(default)s)")
    parser.add_argument("--camera", action="append", metavar="NAME", help="whose results; one a video of the truth (default: all)")
    parser.add_argument(
        "--video", type=Path, action="append", metavar="FILE", help="footage for --pictures and --checkpoint; one a video of the truth"
    )
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw what was found, missed and falsely seen")
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="also measure it in PyTorch, on the same frames and support frames"
    )
    parser.add_argument("--input-size", type=size, metavar="WxH", help="of the network in PyTorch (default: the checkpoint's)")
    parser.add_argument("--threads", type=int, help="of the network in PyTorch (default: torch's choice)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the numbers as JSON")


def run(args: Namespace) -> int:
    from ..footage.measures import measure
    from ..footage.pictures import draw_pictures
    from ..footage.service_results import frames_of
    from ..footage.truth import read_truth

    if (args.pictures or args.checkpoint) and not args.video:
        raise ValueError("--pictures and --checkpoint need --video, the footage")
    truth = read_truth(args.truth, args.label)
    frames = frames_of(args.results, truth, args.min_score, args.camera)
    found = [frame.found for frame in frames]
    numbers = {"min score": args.min_score, **measure(found, truth)}
    if args.checkpoint:
        numbers["in PyTorch"] = measure(_replayed(args, truth, [frame.supports for frame in frames]), truth)
    text = json.dumps(numbers, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")
    if args.pictures:
        draw_pictures(found, truth, args.video[0], args.pictures)
    return 0


def _replayed(args: Namespace, truth, supports) -> list:
    from dataclasses import replace

    from ..engine.common import pick_device
    from ..export import checkpoint
    from ..footage.replay import replay
    from ..modeling.tra import TRA

    pick_device(args.threads)
    model, _ = checkpoint.load_any(args.checkpoint)
    if not isinstance(model, TRA):
        raise ValueError(f"{args.checkpoint} holds a recognizer; a detector is needed")
    if args.input_size:
        model.config = replace(model.config, input_size=args.input_size)
    return replay(model.eval(), truth, args.video, supports, args.min_score)
