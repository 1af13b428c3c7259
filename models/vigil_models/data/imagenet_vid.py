"""ImageNet VID and DET in the layout in which they are published, with the lists that video detectors train on.

    ROOT/Data/{VID,DET}/NAME.JPEG
    ROOT/Annotations/{VID,DET}/NAME.xml
    ROOT/{ImageSets/VID,ImageSets,Lists}/LIST.txt

Lists, one picture or video a line: `VID_train_15frames` (video, 1, frame, length), `VID_val_videos` (video, number of
its first frame in the set, 0, length), `VID_val_frames` (video/frame, number), `DET_train_30classes` (picture, 1).
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from ..modeling.tra.config import IMAGENET_VID_LABELS
from .annotated_video import AnnotatedFrame, AnnotatedSet, Objects, Video

WORDNET_IDS = (
    "n02691156 n02419796 n02131653 n02834778 n01503061 n02924116 n02958343 n02402425 n02084071 n02121808 n02503517 "
    "n02118333 n02510455 n02342885 n02374451 n02129165 n01674464 n02484322 n03790512 n02324045 n02509815 n02411705 "
    "n01726692 n02355227 n02129604 n04468005 n01662784 n04530566 n02062744 n02391049"
).split()
"""In the order of `IMAGENET_VID_LABELS`."""

LIST_FOLDERS = ("ImageSets/VID", "ImageSets", "Lists")


class ImageNetVid:
    """The data set under ``root`` (the folder ILSVRC or ILSVRC2015)."""

    def __init__(self, root: Path):
        if not (root / "Data").is_dir() or not (root / "Annotations").is_dir():
            raise ValueError(f"{root} is no ImageNet VID: it lacks the folders Data and Annotations")
        self.root = root

    def training(self) -> AnnotatedSet:
        """Key frames of VID, 15 of each video, and the DET pictures of the 30 classes, as both papers train on."""
        return self.key_frames("VID_train_15frames") + self.stills("DET_train_30classes")

    def validation(self) -> AnnotatedSet:
        """All frames of all validation videos, in order."""
        return self.whole_videos("VID_val_videos")

    def key_frames(self, name: str) -> AnnotatedSet:
        """Listed frames of videos."""
        rows = [(line[0], int(line[2]), int(line[3])) for line in self._lines(name, 4)]
        return self._set(self._frame(self._video(video, length), number) for video, number, length in rows)

    def whole_videos(self, name: str) -> AnnotatedSet:
        """Every frame of the listed videos."""
        videos = [self._video(line[0], int(line[3])) for line in self._lines(name, 4)]
        return self._set(self._frame(video, number) for video in videos for number in range(video.length))

    def stills(self, name: str) -> AnnotatedSet:
        """Listed pictures of DET; objects of other than the 30 classes are dropped, so they count as background."""
        names = [line[0] for line in self._lines(name, 2)]
        videos = [Video(f"DET/{n}", 1, lambda _, n=n: self._picture("DET", n)) for n in names]
        return self._set(self._frame(video, 0) for video in videos)

    def _lines(self, name: str, columns: int) -> list[list[str]]:
        candidates = [self.root / folder / f"{name}.txt" for folder in LIST_FOLDERS]
        path = next((candidate for candidate in candidates if candidate.is_file()), None)
        if path is None:
            raise ValueError(f"there is no list {name}.txt in any of {', '.join(LIST_FOLDERS)} under {self.root}")
        lines = [line.split() for line in path.read_text().splitlines() if line.strip()]
        wrong = next((number for number, line in enumerate(lines, 1) if len(line) < columns), None)
        if wrong is not None:
            raise ValueError(f"{path}, line {wrong}: {columns} columns expected, found {len(lines[wrong - 1])}")
        return lines

    def _video(self, name: str, length: int) -> Video:
        return Video(f"VID/{name}", length, lambda number: self._picture("VID", f"{name}/{number:06d}"))

    def _picture(self, kind: str, name: str) -> Path:
        return self.root / "Data" / kind / f"{name}.JPEG"

    def _frame(self, video: Video, number: int) -> AnnotatedFrame:
        relative = video.path(number).relative_to(self.root / "Data").with_suffix(".xml")
        size, objects = read_annotation(self.root / "Annotations" / relative)
        return AnnotatedFrame(video, number, size, objects)

    @staticmethod
    def _set(frames) -> AnnotatedSet:
        return AnnotatedSet(tuple(IMAGENET_VID_LABELS), tuple(frames))


def read_annotation(path: Path) -> tuple[tuple[int, int], Objects]:
    """Width and height, and the objects of the 30 classes, of one XML file."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise ValueError(f"{path} cannot be read as an annotation: {error}") from error
    size = int(root.findtext("size/width")), int(root.findtext("size/height"))
    rows = []
    for element in root.iter("object"):
        name = element.findtext("name")
        if name in WORDNET_IDS:
            box = [float(element.findtext(f"bndbox/{edge}")) for edge in ("xmin", "ymin", "xmax", "ymax")]
            rows.append((box, WORDNET_IDS.index(name), int(element.findtext("trackid", "-1")), False))
    return size, Objects.of(rows)
