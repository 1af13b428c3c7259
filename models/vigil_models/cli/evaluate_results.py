"""Verb evaluate-results."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "measure what the running service found, from the file of `vigil demo --unpaced --results`, against labelled frames"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--results", type=Path, required=True, metavar="FILE", help="JSON Lines of the service")
    parser.add_argument("--truth", type=Path, required=True, metavar="FILE", help="labelled frames as COCO-VID JSON; frame_id counts from 0")
    parser.add_argument("--label", action="append", metavar="NAME", help="measure only this label; may be repeated (default: all of the truth)")
    parser.add_argument("--min-score", type=float, default=0.3, metavar="S", help="leave out detections below (default %(default)s)")
    parser.add_argument("--camera", action="append", metavar="NAME", help="whose results; repeated, one a video of the truth (default: all)")
    parser.add_argument("--video", type=Path, metavar="FILE", help="the video, for --pictures")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw what was found, missed and falsely seen")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the numbers as JSON")


def run(args: Namespace) -> int:
    from ..footage.measures import measure
    from ..footage.pictures import draw_pictures
    from ..footage.service_results import found_in
    from ..footage.truth import read_truth

    if args.pictures and not args.video:
        raise ValueError("--pictures needs --video, the footage on which to draw")
    truth = read_truth(args.truth, args.label)
    found = found_in(args.results, truth, args.min_score, args.camera)
    text = json.dumps({"min score": args.min_score, **measure(found, truth)}, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")
    if args.pictures:
        draw_pictures(found, truth, args.video, args.pictures)
    return 0
