"""Strips for the results page, from the trained networks and a video."""

from __future__ import annotations

from pathlib import Path

import cv2

from ..data.video_file import frames_at, length_ms
from ..explanation.action import explain_action
from ..explanation.detection import explain_detection
from ..explanation.model import from_checkpoint
from ..explanation.strip import action_strip, detection_strip
from .runner import MAIN_DETECTOR, Runner

MAIN_RECOGNIZER = "tam"
MOMENTS = (0.3, 0.6, 0.9)
"""Shares of the video at which strips are drawn, whatever they show: nothing is picked by how it looks."""


def draw_strips(runner: Runner, video: Path, page: Path) -> dict[str, Path]:
    """Strips beside the page, by caption, of the first finished seeds; none of variants that have not run."""
    drawn: dict[str, Path] = {}
    for name in (MAIN_DETECTOR, MAIN_RECOGNIZER):
        variant = next((v for v in runner.plan.variants if v.name == name), None)
        done = [s for s in runner.settings.seeds if variant is not None and runner.stored(variant, s) is not None]
        if not done or not runner.checkpoint(variant, done[0]).exists():
            continue
        model = from_checkpoint(runner.checkpoint(variant, done[0]))
        for number, share in enumerate(MOMENTS, 1):
            newest = share * length_ms(video)
            times = [t for t in (newest - i * model.interval_ms for i in range(model.frames, -1, -1)) if t >= 0]
            frames = frames_at(video, times)
            if model.task == "detection":
                strip = detection_strip(explain_detection(model, frames), [time - newest for time in times])
            else:
                strip = action_strip(explain_action(model, frames[-model.frames :]))
            path = page.with_name(f"{page.stem}-{name}-{number}.jpg")
            cv2.imwrite(str(path), cv2.cvtColor(strip, cv2.COLOR_RGB2BGR))
            drawn[f"{variant.title}, seed {done[0]}, {video.name} at {newest / 1000:.1f} s"] = path
    return drawn
