"""Draws explanations as strips of pictures, uint8 RGB."""

from typing import List, Sequence, Tuple

import cv2
import numpy as np

from .action import ExplainedAction
from .detection import ExplainedDetection

PANEL_WIDTH = 320
CAPTION_HEIGHT = 40
BAR_HEIGHT = 44
KERNEL_HEIGHT = 54
MARGIN = 4
PAPER, INK, BAR, GRID = (255, 255, 255), (30, 30, 30), (66, 133, 190), (255, 255, 255)


def detection_strip(explained: ExplainedDetection, times_ms: Sequence[float]) -> np.ndarray:
    """The key frame with its RoI, then every support frame with the points most similar to the RoI's bins.

    A bin and its points have the same colour. Below each frame stands its attention weight.

    :param times_ms: of the support frames, relative to the key frame
    """
    zoom = PANEL_WIDTH / explained.pictures.shape[2]
    bins = explained.points.shape[1]
    key = _enlarged(explained.pictures[-1], zoom)
    _draw_roi(key, explained.roi * zoom, bins)
    _draw_box(key, explained.box * zoom)
    headline = f"{explained.label} {explained.score:.2f}"
    panels = [_captioned(key, headline, "RoI itself", explained.attention[0])]
    for number, (picture, points) in enumerate(zip(explained.pictures, explained.points)):
        panel = _enlarged(picture, zoom)
        _draw_points(panel, points * zoom)
        when = "key frame" if number == len(times_ms) - 1 else f"{times_ms[number] / 1000:+.1f} s"
        panels.append(_captioned(panel, "", when, explained.attention[number + 1]))
    return _in_rows(panels)


def action_strip(explained: ExplainedAction) -> np.ndarray:
    """The frames, below them the importance of every frame in the last block of each stage, then these blocks' kernels.

    Importance is the mean over channels, drawn between the block's least and greatest frame. A kernel's column is one
    channel, its rows are the weights of previous, current and next frame.
    """
    frames = len(explained.pictures)
    side = max(96, PANEL_WIDTH * 3 // 8)
    zoom = side / explained.pictures.shape[2]
    row = np.hstack([_framed(_enlarged(picture, zoom)) for picture in explained.pictures])
    rows = [_headline(f"{explained.label} {explained.probability:.2f}", row.shape[1]), row]
    for block in _last_of_each_stage(list(explained.kernels)):
        rows.append(_headline(f"{block}: importance over time", row.shape[1]))
        rows.append(_bars(explained.importance[block].mean(0), row.shape[1] // frames))
        mean = ", ".join(f"{weight:.2f}" for weight in explained.kernels[block].mean(0))
        rows.append(_headline(f"{block}: kernels (previous, current, next; mean {mean})", row.shape[1]))
        rows.append(_heat_map(explained.kernels[block].T, row.shape[1]))
    return np.vstack(rows)


def _enlarged(picture: np.ndarray, zoom: float) -> np.ndarray:
    size = (round(picture.shape[1] * zoom), round(picture.shape[0] * zoom))
    return cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)


def _bin_colour(row: int, column: int, bins: int) -> Tuple[int, int, int]:
    """Hue by column, brightness by row, so that neighbours look alike."""
    hsv = np.uint8([[[165 * column // max(bins - 1, 1), 230, 255 - 110 * row // max(bins - 1, 1)]]])
    return tuple(int(value) for value in cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[0, 0])


def _draw_roi(picture: np.ndarray, roi: np.ndarray, bins: int):
    x1, y1, x2, y2 = roi
    for row, column in np.ndindex(bins, bins):
        centre = (x1 + (column + 0.5) * (x2 - x1) / bins, y1 + (row + 0.5) * (y2 - y1) / bins)
        cv2.circle(picture, _pixel(centre), 3, _bin_colour(row, column, bins), -1, cv2.LINE_AA)
    cv2.rectangle(picture, _pixel(roi[:2]), _pixel(roi[2:]), GRID, 1, cv2.LINE_AA)


def _draw_box(picture: np.ndarray, box: np.ndarray):
    cv2.rectangle(picture, _pixel(box[:2]), _pixel(box[2:]), (60, 220, 60), 2, cv2.LINE_AA)


def _draw_points(picture: np.ndarray, points: np.ndarray):
    """[S, S, K, 2]; the most similar one last, so that it lies on top."""
    bins = len(points)
    for row, column in np.ndindex(bins, bins):
        for point in points[row, column, ::-1]:
            cv2.circle(picture, _pixel(point), 3, _bin_colour(row, column, bins), -1, cv2.LINE_AA)


def _pixel(point: Sequence[float]) -> Tuple[int, int]:
    return int(round(float(point[0]))), int(round(float(point[1])))


def _captioned(picture: np.ndarray, headline: str, caption: str, share: float) -> np.ndarray:
    """The picture over its caption and a bar as long as its share of the attention."""
    width = picture.shape[1]
    foot = np.full((CAPTION_HEIGHT, width, 3), PAPER, np.uint8)
    cv2.rectangle(foot, (0, 26), (round((width - 1) * float(share)), 36), BAR, -1)
    _write(foot, f"{caption}   attention {share:.2f}", 4, 18)
    if headline:
        cv2.rectangle(picture, (0, 0), (9 * len(headline) + 8, 20), (0, 0, 0), -1)
        _write(picture, headline, 4, 15, (255, 255, 255))
    return _framed(np.vstack((picture, foot)))


def _framed(picture: np.ndarray) -> np.ndarray:
    return cv2.copyMakeBorder(picture, *(MARGIN,) * 4, cv2.BORDER_CONSTANT, value=PAPER)


def _in_rows(panels: List[np.ndarray], per_row: int = 4) -> np.ndarray:
    blank = np.full_like(panels[0], 255)
    rows = [panels[start : start + per_row] for start in range(0, len(panels), per_row)]
    columns = min(per_row, len(panels))
    return np.vstack([np.hstack(row + [blank] * (columns - len(row))) for row in rows])


def _last_of_each_stage(blocks: List[str]) -> List[str]:
    return list({block.rsplit("_", 1)[0]: block for block in blocks}.values())


def _headline(text: str, width: int) -> np.ndarray:
    line = np.full((22, width, 3), PAPER, np.uint8)
    _write(line, text, MARGIN, 16)
    return line


def _bars(values: np.ndarray, column: int) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    picture = np.full((BAR_HEIGHT, column * len(values), 3), PAPER, np.uint8)
    for number, value in enumerate(values):
        height = 3 + round((BAR_HEIGHT - 20) * (float(value) - low) / max(high - low, 1e-9))
        left = number * column + MARGIN
        cv2.rectangle(picture, (left, BAR_HEIGHT - height), (left + column - 3 * MARGIN, BAR_HEIGHT), BAR, -1)
        _write(picture, f"{value:.3f}", left, BAR_HEIGHT - height - 3, scale=0.36)
    return picture


def _heat_map(kernels: np.ndarray, width: int) -> np.ndarray:
    """[3, C] of weights in [0, 1], dark is 0."""
    coloured = cv2.applyColorMap((kernels * 255).astype(np.uint8), cv2.COLORMAP_VIRIDIS)[:, :, ::-1]
    return _framed(cv2.resize(coloured, (width - 2 * MARGIN, KERNEL_HEIGHT), interpolation=cv2.INTER_NEAREST))


def _write(picture: np.ndarray, text: str, x: int, y: int, colour=INK, scale: float = 0.45):
    cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)
