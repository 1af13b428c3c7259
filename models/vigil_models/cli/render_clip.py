"""Verb render-clip."""

import argparse
import re
import shutil
import subprocess
from pathlib import Path

from vigil_models.world.demo import SHORTEST_SECONDS, demo_scene

HELP = "render the demo clip, in which one person goes through every action, as H.264"

BITS_PER_SECOND = 560_000
"""Upper bound of the stream, so that 40 s stay below 3 MB."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=40.0, help=f"length, at least {SHORTEST_SECONDS:g} (default %(default)g)")
    parser.add_argument("--fps", type=int, default=10, help="frames per second (default %(default)s)")
    parser.add_argument("--size", type=_size, default=(640, 360), help="WIDTHxHEIGHT, both even (default 640x360)")
    parser.add_argument("--seed", type=int, default=11, help="seed of colours and textures (default %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="file to write, .mp4")


def run(args: argparse.Namespace) -> int:
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise ValueError("the ffmpeg program is needed to encode: install it (apt-get install ffmpeg) and run this again")
    demo = demo_scene(args.seed, args.size, args.seconds)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    width, height = args.size
    frames = round(args.seconds * args.fps)
    command = [
        ffmpeg, "-loglevel", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", f"{width}x{height}", "-framerate", str(args.fps), "-i", "-",
        "-c:v", "libx264", "-preset", "slow", "-crf", "21", "-maxrate", str(BITS_PER_SECOND), "-bufsize", str(BITS_PER_SECOND),
        "-g", "20", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(args.out),
    ]  # fmt: skip
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        for number in range(frames):
            encoder.stdin.write(demo.scene.render(number / args.fps).image.tobytes())
    except BrokenPipeError:
        pass  # ffmpeg has said why on stderr; its exit status is judged below
    finally:
        encoder.stdin.close()
    if encoder.wait() != 0:
        raise ValueError(f"ffmpeg could not write {args.out}; its message is above")
    print(f"{args.out}: {frames} frames, {args.out.stat().st_size / 1e6:.2f} MB")
    for label, start, end in demo.actions:
        print(f"  {start:5.1f} - {end:5.1f} s  {label}")
    return 0


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if not match or any(int(edge) % 2 or int(edge) < 64 for edge in match.groups()):
        raise argparse.ArgumentTypeError(f"{text!r} is not WIDTHxHEIGHT with even numbers of at least 64")
    return int(match.group(1)), int(match.group(2))
