"""Temporal RoI Align video object detector (SELSA + TROI Faster R-CNN).

Source: Gong et al., "Temporal RoI Align for Video Object Recognition", AAAI 2021, and Wu et al., "Sequence
Level Semantics Aggregation", ICCV 2019, in the form whose weights were published (SELSA with three layers,
two most similar points). Parameter names are those of the published state dicts.

Reading order: `config`, `backbone`, `neck`, `rpn`, `temporal_roi_align`, `selsa`, `detector`; around them
`boxes`, `preprocess` (picture to input), `postprocess` (raw output to detections), `memory` (which frames
support a key frame) and `losses` (training).

Shape letters: B images, N proposals of the key frame, M proposals of all support frames, T support frames,
C channels, H x W input pixels, h x w feature pixels, P = h * w, S x S bins of a RoI. Boxes are x1, y1, x2, y2
in network pixels unless said otherwise.
"""

from .config import TRAConfig
from .detector import TRA, Support

__all__ = ["TRA", "TRAConfig", "Support"]
