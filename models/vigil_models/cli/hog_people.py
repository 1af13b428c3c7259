"""Verb hog-people."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "measure OpenCV's HOG people detector on labelled frames, with its best of several settings, as a baseline"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--video", type=Path, required=True, metavar="FILE", help="the footage")
    parser.add_argument(
        "--truth", type=Path, required=True, metavar="FILE", help="labelled frames as COCO-VID JSON; frame_id counts from 0"
    )
    parser.add_argument("--label", default="person", metavar="NAME", help="the truth's label of people (default %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of OpenCV (default %(default)s)")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="draw what the best settings found, missed and falsely saw")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the numbers as JSON")


def run(args: Namespace) -> int:
    import cv2

    from ..data.video_file import read_frames
    from ..footage.hog_people import detect_people, search
    from ..footage.measures import mean_average_precision, measure
    from ..footage.pictures import draw_pictures
    from ..footage.truth import read_truth

    truth = read_truth(args.truth, [args.label])
    if len(truth.videos) != 1:
        raise ValueError(f"{args.truth} labels {len(truth.videos)} videos; give the truth of one")
    cv2.setNumThreads(args.threads)
    images = read_frames(args.video, truth.videos[0].frame_ids, strict=True)
    found = {}

    def score(chosen) -> float:
        found[chosen] = list(detect_people(images, chosen))
        value = mean_average_precision(found[chosen], truth)
        print(f"AP@50 {value:.3f}  {chosen}", flush=True)
        return value

    best = search(score)
    text = json.dumps({"settings": str(best), **measure(found[best], truth)}, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")
    if args.pictures:
        draw_pictures(found[best], truth, args.video, args.pictures)
    return 0
