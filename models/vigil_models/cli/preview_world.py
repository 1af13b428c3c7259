"""Verb preview-world."""

import argparse
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from vigil_models.data import seeds
from vigil_models.data.actions import ACTION_LABELS, ActionClips
from vigil_models.data.detection import DETECTION_LABELS, DetectionSequence, DetectionSequences
from vigil_models.world.disturbance import never, passing

HELP = "write a contact sheet of the synthetic world as PNG"

_COLOURS = ((255, 60, 60), (60, 220, 60), (60, 150, 255), (255, 220, 40), (255, 80, 255))
_IGNORED = (150, 150, 150)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("detection", "actions"), help="sequences with boxes, or labelled clips")
    parser.add_argument("--out", type=Path, required=True, help="PNG to write")
    parser.add_argument("--rows", type=int, default=6, help="sequences or clips, one a row (default %(default)s)")
    parser.add_argument("--start", type=int, default=0, help="index of the first one (default %(default)s)")
    parser.add_argument("--split", choices=("train", "validation", "test"), default="train", help="default %(default)s")
    parser.add_argument("--disturbed", action="store_true", help="sequences of cameras whose pictures are spoilt for moments")
    parser.add_argument("--plain", action="store_true", help="no boxes and no labels")


def run(args: argparse.Namespace) -> int:
    if args.rows < 1:
        raise ValueError(f"--rows is {args.rows}; give at least 1")
    base = {"train": seeds.TRAIN, "validation": seeds.VALIDATION, "test": seeds.TEST}[args.split]
    if args.disturbed and args.kind != "detection":
        raise ValueError("--disturbed is for detection: actions are never disturbed")
    sequences, clips = DetectionSequences(base, disturb=passing if args.disturbed else never), ActionClips(base)
    row = partial(_sequence_row, sequences) if args.kind == "detection" else partial(_clip_row, clips)
    sheet = np.vstack([row(args.start + i, args.plain) for i in range(args.rows)])
    if not cv2.imwrite(str(args.out), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)):
        raise ValueError(f"cannot write {args.out}: its folder must exist and its name must end in .png")
    print(f"{args.out}: {sheet.shape[1]} x {sheet.shape[0]}")
    return 0


def _sequence_row(sequences: DetectionSequences, index: int, plain: bool) -> np.ndarray:
    sequence = sequences.sequence(index)
    images = list(sequence.images.copy())
    if not plain:
        for frame, image in enumerate(images):
            _draw_boxes(image, sequence, frame)
    return np.hstack(images)


def _draw_boxes(image: np.ndarray, sequence: DetectionSequence, frame: int) -> None:
    for box, label, ignore in zip(sequence.boxes[frame], sequence.labels[frame], sequence.ignore[frame]):
        colour = _IGNORED if ignore else _COLOURS[label]
        x1, y1, x2, y2 = (int(round(float(edge))) for edge in box)
        cv2.rectangle(image, (x1, y1), (x2, y2), colour, 1)
        cv2.putText(image, DETECTION_LABELS[label], (x1, max(y1 - 2, 8)), cv2.FONT_HERSHEY_SIMPLEX, 0.32, colour, 1, cv2.LINE_AA)
    cv2.putText(image, f"{sequence.times_ms[frame]} ms {sequence.disturbances[frame]}", (3, 11), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (255, 255, 255), 1, cv2.LINE_AA)


def _clip_row(clips: ActionClips, index: int, plain: bool) -> np.ndarray:
    images, label = clips.clip(index)
    strip = np.hstack(images)
    if not plain:
        cv2.putText(strip, ACTION_LABELS[label], (3, 11), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (255, 255, 255), 1, cv2.LINE_AA)
    return strip
