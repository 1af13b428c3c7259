"""Verb forward."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Tuple

HELP = "run a checkpoint on stored, normalised frames and write the raw outputs"


def add_arguments(parser: ArgumentParser):
    models = ("tanet_r50", "tanet_r101", "tra_r50_dc5", "tra_r101_dc5", "tra_x101_dc5", "selsa_r50_dc5")
    parser.add_argument("--model", required=True, choices=models)
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="FILE", help="published checkpoint or .npz")
    parser.add_argument("--input", type=Path, required=True, metavar="NPY", help="clip [N,T,3,H,W] or frames [F,3,H,W]")
    parser.add_argument("--output", type=Path, required=True, metavar="NPZ")
    recognizer = parser.add_argument_group("recognizer")
    recognizer.add_argument("--segments", type=int, choices=(8, 16), default=8, help="frames per clip")
    detector = parser.add_argument_group("detector")
    detector.add_argument("--key", type=int, help="number of the key frame")
    detector.add_argument("--supports", type=_integers, help="numbers of the support frames, as in 0,2,5")
    detector.add_argument("--image-size", type=_integers, help="height,width before padding")
    detector.add_argument(
        "--fast-kernels",
        action="store_true",
        help="proposals through oneDNN: several times faster, boxes up to 0.002 pixels off",
    )
    detector.add_argument(
        "--reproduce-zero-norm",
        action="store_true",
        help="NaN where a feature is zero in all channels, as in the original code",
    )


def _integers(text: str) -> Tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part)


def run(args: Namespace) -> int:
    import numpy as np
    import torch

    from ..export.state import load_state

    frames = np.load(args.input, allow_pickle=False)
    if frames.dtype != np.float32:
        raise ValueError(f"{args.input} is {frames.dtype}; forward takes normalised float32 frames")
    state = load_state(args.checkpoint)
    forward = _recognize if args.model.startswith("tanet") else _detect
    with torch.no_grad():
        outputs = forward(args, state, torch.from_numpy(frames))
    with open(args.output, "wb") as file:
        np.savez(file, **{name: value.numpy() for name, value in outputs.items()})
    print(", ".join(f"{name} {list(value.shape)}" for name, value in outputs.items()))
    return 0


def _recognize(args: Namespace, state, clip):
    from ..export.published import recognizer
    from ..modeling.tam import TANetConfig

    if clip.dim() != 5 or clip.shape[2] != 3:
        raise ValueError(f"{args.input} has shape {list(clip.shape)}; {args.model} takes [N, T, 3, H, W]")
    model = recognizer(state, str(args.checkpoint))
    wanted = {"tanet_r50": TANetConfig.r50, "tanet_r101": TANetConfig.r101}[args.model]()
    _same_network(args, f"blocks {wanted.blocks}", f"blocks {model.config.blocks}")
    if model.config.segments != args.segments:
        raise ValueError(f"{args.checkpoint} is for {model.config.segments} segments, --segments is {args.segments}")
    return {"logits": model(clip)}


def _detect(args: Namespace, state, frames):
    import torch

    from ..export.published import detector
    from ..modeling.tra import TRAConfig
    from ..modeling.tra.postprocess import select

    _check_detector_arguments(args, frames)
    model = detector(state, str(args.checkpoint), reproduce_zero_norm=args.reproduce_zero_norm)
    configs = {
        "tra_r50_dc5": TRAConfig.r50_dc5,
        "tra_r101_dc5": TRAConfig.r101_dc5,
        "tra_x101_dc5": TRAConfig.x101_dc5,
        "selsa_r50_dc5": TRAConfig.selsa_r50_dc5,
    }
    wanted, found = (_architecture(config) for config in (configs[args.model](), model.config))
    _same_network(args, wanted, found)
    image_size = torch.tensor(args.image_size, dtype=torch.float32)
    numbers = (*args.supports, args.key)
    with torch.backends.mkldnn.flags(enabled=args.fast_kernels):
        features = {number: model.features(frames[number : number + 1]) for number in set(numbers)}
        proposals = {number: model.proposals(map_, image_size)[0] for number, map_ in features.items()}
    supports = {number: model.support(features[number], proposals[number][:, :4]) for number in features}
    key = proposals[args.key]
    head = model.head(features[args.key], key[:, :4], type(supports[args.key]).join([supports[n] for n in numbers]))
    found = select(model.boxes(key[:, :4], head.deltas, image_size), head.logits.softmax(-1))
    return {"proposals": key, "cls_score": head.logits, "bbox_pred": head.deltas, **found._asdict()}


def _check_detector_arguments(args: Namespace, frames):
    if frames.dim() != 4 or frames.shape[1] != 3:
        raise ValueError(f"{args.input} has shape {list(frames.shape)}; {args.model} takes [F, 3, H, W]")
    if args.key is None or args.supports is None or args.image_size is None:
        raise ValueError(f"{args.model} needs --key, --supports and --image-size")
    outside = [number for number in (*args.supports, args.key) if not 0 <= number < len(frames)]
    if outside:
        raise ValueError(f"frames {outside} asked for, but {args.input} holds 0 to {len(frames) - 1}")
    height, width = frames.shape[2:]
    if len(args.image_size) != 2 or not (0 < args.image_size[0] <= height and 0 < args.image_size[1] <= width):
        raise ValueError(f"--image-size must be height,width within the frames' {height},{width}: {args.image_size}")


def _architecture(config) -> str:
    temporal = "with" if config.temporal_roi_align else "without"
    return f"blocks {config.blocks} in {config.groups} groups {temporal} Temporal RoI Align"


def _same_network(args: Namespace, wanted: str, found: str):
    if wanted != found:
        raise ValueError(f"{args.checkpoint} holds another network than {args.model}: {found} instead of {wanted}")
