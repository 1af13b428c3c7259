"""Verb evaluate-recognizer."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

HELP = "measure a recognizer's top-1 on held-out clips of the synthetic world"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="of train-recognizer")
    parser.add_argument("--clips", type=int, default=360, help="test clips (default %(default)s)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")


def run(args: Namespace) -> int:
    import numpy as np
    import torch

    from ..data import seeds
    from ..data.actions import ACTION_LABELS, ActionClips
    from ..engine.common import pick_device
    from ..export import checkpoint
    from ..export.graphs import RecognizeGraph
    from ..modeling.tam import TANet

    device = pick_device(args.threads)
    model, content = checkpoint.load(args.checkpoint)
    if not isinstance(model, TANet):
        raise ValueError(f"{args.checkpoint} holds a detector; evaluate-recognizer needs a recognizer")
    graph = RecognizeGraph(model).eval().to(device)  # as exported: bytes in, normalisation inside
    clips = ActionClips(seeds.TEST, size=tuple(model.config.input_size), frames=model.config.segments)
    truth, guess = np.zeros(args.clips, int), np.zeros(args.clips, int)
    with torch.no_grad():
        for index in range(args.clips):
            images, truth[index] = clips.clip(index)
            guess[index] = int(graph(torch.from_numpy(images)[None].to(device)).argmax())
    right = truth == guess
    recalls = {name: float(right[truth == k].mean()) for k, name in enumerate(ACTION_LABELS) if (truth == k).any()}
    error = float(np.sqrt(right.mean() * (1 - right.mean()) / args.clips))
    result = {"step": content.get("step"), "clips": args.clips, "top-1": float(right.mean()), "standard error": error}
    print(json.dumps({**result, "recall": recalls}, indent=2))
    return 0
