"""Verb evaluate-recognizer."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Dict

from ..data.sources import RECOGNITION, described

HELP = "measure a recognizer: on held-out clips of the synthetic world, or over views of a stored data set"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of train-recognizer, or a published one; or the folder of a small package")
    parser.add_argument("--clips", type=int, default=360, help="synthetic test clips (default %(default)s)")
    parser.add_argument("--lead", type=int, default=0, help="frames that a causal recognizer has seen before each of them (default %(default)s)")
    parser.add_argument("--mirrored", action="store_true", help="also see each of them mirrored, and average the logits")
    parser.add_argument("--cache", type=Path, default=Path("data-cache"), help="where rendered test clips are kept (default %(default)s)")
    parser.add_argument("--data", metavar="KIND=PATHS", help=f"stored data set: {described(RECOGNITION)}")
    parser.add_argument(
        "--views",
        choices=("kinetics", "something-v1", "something-v2"),
        help="10 dense clips x 3 crops, 1 uniform x 1, 2 uniform x 3 (default: the data set's; video-list: kinetics)",
    )
    parser.add_argument("--size", type=int, help="of the crops, pixels (default: 256 for 3 crops, 224 for one)")
    parser.add_argument("--average", choices=("logits", "probabilities"), default="logits", help="of the views (default %(default)s)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the numbers as JSON")


def run(args: Namespace) -> int:
    from ..engine.common import pick_device
    from ..engine.recognizer import RecognizerTraining
    from ..export import checkpoint
    from ..export.recovery import recover
    from ..modeling.tam import TANet

    device = pick_device(args.threads)
    if args.checkpoint.is_dir():
        model, content = TANet(RecognizerTraining().network), {}
        recover(model, args.checkpoint)
    else:
        model, content = checkpoint.load_any(args.checkpoint)
    if not isinstance(model, TANet):
        raise ValueError(f"{args.checkpoint} holds a detector; evaluate-recognizer needs a recognizer")
    metrics = (_stored if args.data else _synthetic)(model.to(device), args)
    text = json.dumps({"step": content.get("step"), **metrics}, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")
    return 0


def _stored(model, args: Namespace) -> Dict:
    from dataclasses import replace

    from ..data.sources import kind_of, recognition
    from ..engine.view_evaluation import PROTOCOLS, evaluate_views

    protocol = PROTOCOLS[args.views or kind_of(args.data).replace("video-list", "kinetics")]
    if args.size is not None:
        protocol = replace(protocol, size=args.size)
    return evaluate_views(model, recognition(args.data), protocol, args.average)


def _synthetic(model, args: Namespace) -> Dict:
    import numpy as np

    from ..data import seeds
    from ..data.actions import ACTION_LABELS, ActionClips
    from ..engine.clip_cache import ClipCache
    from ..results.recognizer_measures import Surroundings, recognitions

    if args.lead and not model.causal:
        raise ValueError("--lead is for causal recognizers: this one sees clips alone")
    width, height = model.config.input_size
    source = ActionClips(seeds.TEST, size=(width, height), frames=model.config.segments)
    clips = ClipCache(source, args.clips, args.cache / f"test-clips-{args.clips}-{source.frames}x{width}x{height}")
    around = None
    if args.lead:
        around = Surroundings(*(np.stack(part) for part in zip(*(source.surroundings(index, args.lead) for index in range(args.clips)))))
    seen = recognitions(model, clips, batch=4 if args.lead else 16, around=around, mirrored=args.mirrored)
    right = seen.forwards.argmax(1) == seen.labels
    recalls = {name: float(right[seen.labels == k].mean()) for k, name in enumerate(ACTION_LABELS) if (seen.labels == k).any()}
    error = float(np.sqrt(right.mean() * (1 - right.mean()) / args.clips))
    return {
        "clips": args.clips,
        "top-1": float(right.mean()),
        "standard error": error,
        "recall": recalls,
        "pairs": seen.pairs(),
        "pairs by action": seen.pairs_by_action(),
    }
