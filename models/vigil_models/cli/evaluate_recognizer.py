"""Verb evaluate-recognizer."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Dict

from ..data.sources import RECOGNITION, described

HELP = "measure a recognizer: on held-out clips of the synthetic world, or over views of a stored data set"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of train-recognizer, or a published one")
    parser.add_argument("--clips", type=int, default=360, help="synthetic test clips (default %(default)s)")
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
    from ..export import checkpoint
    from ..modeling.tam import TANet

    device = pick_device(args.threads)
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
    import torch

    from ..data import seeds
    from ..data.actions import ACTION_LABELS, ActionClips
    from ..export.graphs import RecognizeGraph

    device = next(model.parameters()).device
    graph = RecognizeGraph(model).eval()  # as exported: bytes in, normalisation inside
    clips = ActionClips(seeds.TEST, size=tuple(model.config.input_size), frames=model.config.segments)
    truth, guess = np.zeros(args.clips, int), np.zeros(args.clips, int)
    with torch.no_grad():
        for index in range(args.clips):
            images, truth[index] = clips.clip(index)
            guess[index] = int(graph(torch.from_numpy(images)[None].to(device)).argmax())
    right = truth == guess
    recalls = {name: float(right[truth == k].mean()) for k, name in enumerate(ACTION_LABELS) if (truth == k).any()}
    error = float(np.sqrt(right.mean() * (1 - right.mean()) / args.clips))
    return {"clips": args.clips, "top-1": float(right.mean()), "standard error": error, "recall": recalls}
