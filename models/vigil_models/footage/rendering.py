"""Videos of the synthetic world with their truth, to measure the whole way of a frame: encoded, decoded, resized, detected."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..data.detection import DETECTION_LABELS
from ..data.seeds import scene_seed
from ..engine.detector_evaluation import MIN_HEIGHT
from ..world.street import street_scene

QUALITY = 12
"""Constant rate factor of H.264: near enough to lossless that little but the network can err."""


@dataclass(frozen=True)
class LabelledVideos:
    """``size`` is (width, height) in pixels. A frame a second is labelled, from the end of the first second on."""

    seed_base: int
    videos: int
    seconds: int
    fps: int
    size: tuple[int, int] = (384, 288)

    def write(self, folder: Path) -> list[Path]:
        """`street-NNN.mp4` in H.264, and `truth.json` in COCO-VID; returns the videos in the truth's order."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"street-{number:03d}.mp4" for number in range(self.videos)]
        images, annotations = [], []
        for number, path in enumerate(paths):
            for frame_id, frame in self._write_video(scene_seed(self.seed_base, number), path):
                image = {"id": len(images) + 1, "file_name": f"{path.stem}/{frame_id:06d}.jpg", "video_id": number + 1, "frame_id": frame_id}
                images.append({**image, "width": self.size[0], "height": self.size[1]})
                annotations += [{"id": len(annotations) + i, "image_id": image["id"], **row} for i, row in enumerate(_rows(frame), 1)]
        content = {
            "info": {"description": f"Synthetic streets from seed {self.seed_base}, {self.fps} frames per second"},
            "categories": [{"id": i, "name": label} for i, label in enumerate(DETECTION_LABELS, 1)],
            "videos": [{"id": i, "name": path.stem} for i, path in enumerate(paths, 1)],
            "images": images,
            "annotations": annotations,
        }
        (folder / "truth.json").write_text(json.dumps(content) + "\n")
        return paths

    def _write_video(self, seed: int, path: Path):
        """Yields the labelled frames with their numbers. What a scene stages around its time 0 is in the middle."""
        scene = street_scene(seed, self.size)
        encoder = subprocess.Popen(self._encoder(path), stdin=subprocess.PIPE)
        for number in range(self.seconds * self.fps):
            frame = scene.render(number / self.fps - self.seconds / 2)
            encoder.stdin.write(frame.image.tobytes())
            if number and number % self.fps == 0:
                yield number, frame
        encoder.stdin.close()
        if encoder.wait() != 0:
            raise ValueError(f"ffmpeg could not write {path}; its message is above")

    def _encoder(self, path: Path) -> list[str]:
        """Command that reads uint8 RGB frames; ValueError where there is no ffmpeg."""
        ffmpeg = shutil.which("ffmpeg")
        if ffmpeg is None:
            raise ValueError("the ffmpeg program is needed to encode: install it (apt-get install ffmpeg) and run this again")
        size = "x".join(map(str, self.size))
        source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", size, "-framerate", str(self.fps), "-i", "-"]
        return [ffmpeg, "-loglevel", "error", "-y", *source, "-c:v", "libx264", "-crf", str(QUALITY), "-pix_fmt", "yuv420p", str(path)]


def _rows(frame) -> list[dict]:
    low = frame.boxes[:, 3] - frame.boxes[:, 1] < MIN_HEIGHT
    boxes = np.concatenate((frame.boxes[:, :2], frame.boxes[:, 2:] - frame.boxes[:, :2]), 1).round(2)
    return [
        {"category_id": int(label) + 1, "bbox": box, "area": box[2] * box[3], "iscrowd": int(ignore)}
        for box, label, ignore in zip(boxes.tolist(), frame.labels, frame.ignore | low)
    ]
