"""Verb explain."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import List

HELP = "draw why a model saw what it saw at a moment of a video: similar points and attention, or kernels and importance"


def add_arguments(parser: ArgumentParser):
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path, metavar="FILE", help="of train-detector or train-recognizer")
    source.add_argument("--package", type=Path, metavar="DIR", help="written with --explain; needs onnxruntime")
    parser.add_argument("--video", type=Path, required=True, metavar="FILE")
    parser.add_argument("--at", type=float, metavar="SECONDS", help="time of the newest frame (default: the middle)")
    parser.add_argument("--interval-ms", type=float, help="between support frames or frames of a clip (default: the model's)")
    parser.add_argument("--detection", type=int, default=0, help="which detection, 0 is the best (default %(default)s)")
    parser.add_argument("--out", type=Path, required=True, metavar="PNG")


def run(args: Namespace) -> int:
    import cv2

    from ..explanation import model as models
    from ..explanation.action import explain_action
    from ..explanation.detection import explain_detection
    from ..explanation.strip import action_strip, detection_strip
    from ..data.video_file import frames_at

    model = models.from_checkpoint(args.checkpoint) if args.checkpoint else models.from_package(args.package)
    times = _times(args, model)
    frames = frames_at(args.video, times)
    if model.task == "detection":
        explained = explain_detection(model, frames, args.detection)
        strip = detection_strip(explained, [time - times[-1] for time in times])
        found = f"{explained.label} {explained.score:.2f}"
    else:
        action = explain_action(model, frames)
        strip = action_strip(action)
        found = f"{action.label} {action.probability:.2f}"
    if not cv2.imwrite(str(args.out), cv2.cvtColor(strip, cv2.COLOR_RGB2BGR)):
        raise ValueError(f"cannot write {args.out}: its folder must exist and its name must end in .png")
    print(f"{args.out}: {found} at {times[-1] / 1000:.2f} s, {len(frames)} frames")
    return 0


def _times(args: Namespace, model) -> List[float]:
    """Times of the frames in ms, the newest last; a detector does with fewer supports where the video starts later."""
    from ..data.video_file import length_ms

    interval = model.interval_ms if args.interval_ms is None else args.interval_ms
    if interval <= 0:
        raise ValueError(f"--interval-ms is {interval:g}; it must be positive")
    length = length_ms(args.video)
    before = model.frames if model.task == "detection" else model.frames - 1
    newest = args.at * 1000 if args.at is not None else min(length, max(length / 2, before * interval))
    times = [newest - i * interval for i in range(before, -1, -1)]
    if model.task == "recognition" and times[0] < 0:
        raise ValueError(
            f"a clip of {model.frames} frames, {interval:g} ms apart, starts before the video; set --at or --interval-ms"
        )
    return [time for time in times if time >= 0]
