"""Loaders of published data sets on miniature copies in the exact layout."""

import ast
import csv
import json

import cv2
import numpy as np
import pytest
from vigil_models.data.annotated_video import AnnotatedFrame, AnnotatedSet, Objects, Video, bilateral_supports
from vigil_models.data.coco_vid import coco_vid
from vigil_models.data.epic_kitchens import epic_kitchens, noun_names
from vigil_models.data.imagenet_vid import WORDNET_IDS, ImageNetVid
from vigil_models.data.sources import detection_test, detection_training
from vigil_models.modeling.tra.config import IMAGENET_VID_LABELS

AIRPLANE, ZEBRA, PERSON = "n02691156", "n02391049", "n00007846"


def write_picture(path, size=(64, 48), value=90):
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path.with_suffix(".jpg")), np.full((size[1], size[0], 3), value, np.uint8))
    path.with_suffix(".jpg").rename(path)


def write_xml(path, objects, size=(64, 48)):
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = "".join(
        f"<object><trackid>{track}</trackid><name>{name}</name><bndbox><xmax>{x2}</xmax><xmin>{x1}</xmin>"
        f"<ymax>{y2}</ymax><ymin>{y1}</ymin></bndbox><occluded>0</occluded><generated>0</generated></object>"
        for track, name, (x1, y1, x2, y2) in objects
    )
    path.write_text(
        f"<annotation><folder>{path.parent.name}</folder><filename>{path.stem}</filename><source><database>ILSVRC_2015"
        f"</database></source><size><width>{size[0]}</width><height>{size[1]}</height></size>{parts}</annotation>"
    )


@pytest.fixture
def ilsvrc(tmp_path):
    """Two training videos of 6 and 1 frames, two pictures of DET, one validation video."""
    root = tmp_path / "ILSVRC"
    lists = root / "ImageSets" / "VID"
    lists.mkdir(parents=True)
    train = "train/ILSVRC2015_VID_train_0000/ILSVRC2015_train_00000000"
    for video, length in ((train, 6), ("val/ILSVRC2015_val_00000000", 3)):
        for number in range(length):
            write_picture(root / "Data" / "VID" / video / f"{number:06d}.JPEG", value=20 * number)
            box = (number, 2, number + 20, 30)
            write_xml(root / "Annotations" / "VID" / video / f"{number:06d}.xml", [(7, ZEBRA, box)] if number != 4 else [])
    for name, objects in (("a_1", [("0", AIRPLANE, (1, 2, 3, 40))]), ("a_2", [("0", PERSON, (0, 0, 9, 9))])):
        write_picture(root / "Data" / "DET" / "train" / "ILSVRC2013_train" / AIRPLANE / f"{name}.JPEG")
        write_xml(root / "Annotations" / "DET" / "train" / "ILSVRC2013_train" / AIRPLANE / f"{name}.xml", objects)
    (lists / "VID_train_15frames.txt").write_text(f"{train} 1 1 6\n{train} 1 4 6\n{train} 1 5 6\n")
    (lists / "DET_train_30classes.txt").write_text(
        f"train/ILSVRC2013_train/{AIRPLANE}/a_1 1\ntrain/ILSVRC2013_train/{AIRPLANE}/a_2 1\n"
    )
    (lists / "VID_val_videos.txt").write_text("val/ILSVRC2015_val_00000000 1 0 3\n")
    return root


def test_imagenet_vid_gives_key_frames_of_videos_and_det_pictures(ilsvrc):
    found = ImageNetVid(ilsvrc).training()
    assert found.labels[29] == "zebra" and found.labels[WORDNET_IDS.index(AIRPLANE)] == "airplane"
    assert [frame.number for frame in found.frames] == [1, 4, 5, 0, 0]
    assert [frame.video.length for frame in found.frames] == [6, 6, 6, 1, 1]
    first = found.frames[0]
    assert first.path.read_bytes() and first.path.name == "000001.JPEG" and first.size == (64, 48)
    assert first.objects.boxes.tolist() == [[1, 2, 21, 30]] and first.objects.labels.tolist() == [29]
    assert first.objects.tracks.tolist() == [7]
    assert found.frames[3].objects.labels.tolist() == [0]
    assert len(found.frames[4].objects.labels) == 0  # a class outside the 30 is background


def test_pictures_without_objects_or_too_small_are_not_learned_from(ilsvrc):
    found = ImageNetVid(ilsvrc).training().worth_learning()
    assert [(frame.video.length, frame.number) for frame in found.frames] == [(6, 1), (6, 5), (1, 0)]
    assert not ImageNetVid(ilsvrc).training().worth_learning(min_side=49).frames


def test_imagenet_vid_is_validated_on_every_frame_in_order(ilsvrc):
    found = ImageNetVid(ilsvrc).validation()
    assert [frame.path.name for frame in found.frames] == ["000000.JPEG", "000001.JPEG", "000002.JPEG"]


def test_missing_list_and_short_lines_are_named(ilsvrc):
    with pytest.raises(ValueError, match="no list VID_test_videos.txt in any of ImageSets/VID"):
        ImageNetVid(ilsvrc).whole_videos("VID_test_videos")
    (ilsvrc / "ImageSets" / "VID" / "VID_val_videos.txt").write_text("val/x 1 0 3\nval/x 1\n")
    with pytest.raises(ValueError, match="line 2: 4 columns expected, found 2"):
        ImageNetVid(ilsvrc).validation()
    with pytest.raises(ValueError, match="lacks the folders Data and Annotations"):
        ImageNetVid(ilsvrc / "Data")


def frame_of(length, number):
    nothing = Objects.of([])
    return AnnotatedFrame(Video("v", length, lambda n: n), number, (64, 48), nothing)


def test_training_supports_lie_on_both_sides_within_reach():
    random = np.random.default_rng(0)
    drawn = np.array([bilateral_supports(frame_of(100, 50), random) for _ in range(300)])
    assert set(drawn[:, 0]) == set(range(41, 50)) and set(drawn[:, 1]) == set(range(51, 60))
    assert all(len(bilateral_supports(frame_of(5, end), random)) == 1 for end in (0, 4))
    assert bilateral_supports(frame_of(1, 0), random) == [0, 0]


def test_sets_of_other_classes_are_not_joined():
    with pytest.raises(ValueError, match="name other classes"):
        AnnotatedSet(("a",), ()) + AnnotatedSet(("b",), ())


def test_coco_vid_orders_frames_and_keeps_crowds_as_ignored(tmp_path):
    images = [
        {"id": 12, "video_id": 3, "frame_id": 1, "file_name": "v/000001.JPEG", "width": 64, "height": 48, "is_vid_train_frame": True},
        {"id": 11, "video_id": 3, "frame_id": 0, "file_name": "v/000000.JPEG", "width": 64, "height": 48, "is_vid_train_frame": False},
        {"id": 20, "video_id": -1, "file_name": "det/a.JPEG", "width": 30, "height": 40},
    ]
    content = {
        "categories": [{"id": 9, "name": "zebra"}, {"id": 2, "name": "dog"}],
        "videos": [{"id": 3, "name": "v"}],
        "images": images,
        "annotations": [
            {"id": 1, "image_id": 12, "video_id": 3, "category_id": 9, "instance_id": 5, "bbox": [10, 20, 30, 15], "iscrowd": 0},
            {"id": 2, "image_id": 12, "video_id": 3, "category_id": 2, "instance_id": 6, "bbox": [0, 0, 5, 5], "iscrowd": 1},
        ],
    }
    path = tmp_path / "train.json"
    path.write_text(json.dumps(content))
    found = coco_vid(path, tmp_path)
    assert found.labels == ("dog", "zebra")
    assert [(f.video.name, f.number, f.video.length) for f in found.frames] == [("v", 0, 2), ("v", 1, 2), ("det/a.JPEG", 0, 1)]
    objects = found.frames[1].objects
    assert objects.boxes.tolist() == [[10, 20, 40, 35], [0, 0, 5, 5]] and objects.labels.tolist() == [1, 0]
    assert objects.ignore.tolist() == [False, True] and objects.tracks.tolist() == [5, 6]
    assert found.frames[1].path == tmp_path / "v/000001.JPEG"
    assert [f.path.name for f in coco_vid(path, tmp_path, key_frames_only=True).frames] == ["000001.JPEG", "a.JPEG"]
    path.write_text("{}")
    with pytest.raises(ValueError, match="lacks annotations, categories, images"):
        coco_vid(path, tmp_path)


def write_mmtracking(root):
    """Training sets as mmtracking converts them: ImageNet VID, and ImageNet DET with a 31st category for its other classes."""
    categories = [{"id": n, "name": name, "encode_name": code} for n, (name, code) in enumerate(zip(IMAGENET_VID_LABELS, WORDNET_IDS), 1)]
    size = {"width": 64, "height": 48}
    frames = [
        {"id": n + 1, "file_name": f"train/a/{n:06d}.JPEG", **size, "video_id": 1, "frame_id": n, "is_vid_train_frame": n == 1}
        for n in range(3)
    ]
    zebra = {"category_id": 30, "instance_id": 0, "bbox": [1, 2, 20, 30], "area": 600, "iscrowd": False, "occluded": 0, "generated": 0}
    tracked = [{"id": n, "video_id": 1, "image_id": n, **zebra} for n in (1, 2, 3)]
    stills = [
        {"id": n, "file_name": f"train/ILSVRC2013_train/{name}.JPEG", **size, "is_vid_train_frame": n < 3}
        for n, name in ((1, "both"), (2, "other"), (3, "unlisted"))
    ]
    boxes = [
        {"id": n, "image_id": image, "category_id": category, "bbox": [0, 0, 30, 40], "area": 1200, "iscrowd": False}
        for n, (image, category) in enumerate(((1, 1), (1, 31), (2, 31), (3, 1)), 1)
    ]
    videos = [{"id": 1, "name": "train/a", "vid_train_frames": [1]}]
    vid = {"categories": categories, "videos": videos, "images": frames, "annotations": tracked}
    other = {"id": 31, "name": "other_categeries", "encode_name": None}
    det = {"categories": [*categories, other], "images": stills, "annotations": boxes}
    for kind, name, content in (("VID", "imagenet_vid_train", vid), ("DET", "imagenet_det_30plus1cls", det)):
        (root / f"{name}.json").write_text(json.dumps(content))
        for image in content["images"]:
            write_picture(root / kind / image["file_name"])
    return [f"coco-vid={root / name}.json,{root / kind}" for kind, name in (("VID", "imagenet_vid_train"), ("DET", "imagenet_det_30plus1cls"))]


@pytest.mark.parametrize("turned", [False, True])
def test_converted_imagenet_vid_and_det_are_joined_without_the_other_categories(tmp_path, capsys, turned):
    sources = write_mmtracking(tmp_path)
    found = detection_training(sources[::-1] if turned else sources, IMAGENET_VID_LABELS)
    frames = found.frames[::-1] if turned else found.frames
    assert list(found.labels) == IMAGENET_VID_LABELS
    seen = [(f.path.stem, f.number, f.video.length, f.objects.labels.tolist()) for f in frames]
    assert seen == [("000001", 1, 3, [29]), ("both", 0, 1, [0])]
    assert "imagenet_det_30plus1cls.json" in (said := capsys.readouterr().out) and "other_categeries count as background" in said


def test_classes_of_joined_sets_are_those_of_the_first(tmp_path):
    write_mmtracking(tmp_path)
    content = json.loads((tmp_path / "imagenet_det_30plus1cls.json").read_text())
    for name, categories in (("mine", ("zebra", "airplane")), ("foreign", ("cup", "fork"))):
        named = [{"id": number, "name": label} for number, label in zip((31, 1), categories)]
        (tmp_path / f"{name}.json").write_text(json.dumps({**content, "categories": named}))
    mine, foreign, det = (f"coco-vid={tmp_path / name}.json,{tmp_path / 'DET'}" for name in ("mine", "foreign", "imagenet_det_30plus1cls"))
    found = detection_training([mine, det], IMAGENET_VID_LABELS)
    assert found.labels == ("airplane", "zebra")
    assert [f.objects.labels.tolist() for f in found.frames] == [[0, 1], [1], [0]]
    with pytest.raises(ValueError, match="no objects of the classes that are learned: airplane, zebra"):
        detection_training([mine, foreign], IMAGENET_VID_LABELS)


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_epic_kitchens_records_become_frames_with_all_their_nouns(tmp_path, suffix):
    rows = [
        {"noun_class": 20, "noun": "bag", "participant_id": "P01", "video_id": "P01_01", "frame": 61, "bounding_boxes": "[(540, 960, 108, 192)]"},
        {"noun_class": 4, "noun": "knife", "participant_id": "P01", "video_id": "P01_01", "frame": 31, "bounding_boxes": "[]"},
        {"noun_class": 4, "noun": "knife", "participant_id": "P01", "video_id": "P01_01", "frame": 61, "bounding_boxes": "[(0, 0, 54, 96), (10, 20, 30, 40)]"},
    ]  # fmt: skip
    path = tmp_path / f"labels{suffix}"
    with open(path, "w", newline="") as file:
        if suffix == ".csv":
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        else:
            json.dump([{**row, "bounding_boxes": ast.literal_eval(row["bounding_boxes"])} for row in rows], file)
    for number in (31, 61):
        write_picture(tmp_path / "train" / "P01" / "P01_01" / f"{number:010d}.jpg", size=(192, 108))
    found = epic_kitchens(path, tmp_path / "train")
    assert found.labels == ("knife", "bag")
    assert [(f.video.name, f.number, f.path.name) for f in found.frames] == [
        ("P01_01", 0, "0000000031.jpg"),
        ("P01_01", 1, "0000000061.jpg"),
    ]
    objects = found.frames[1].objects  # boxes are given for 1920 x 1080
    np.testing.assert_allclose(objects.boxes, [[96, 54, 115.2, 64.8], [0, 0, 9.6, 5.4], [2, 1, 6, 4]], atol=1e-5)
    assert objects.labels.tolist() == [1, 0, 0] and len(found.frames[0].objects.labels) == 0
    with pytest.raises(ValueError, match="noun classes \\[20\\], 5 labels"):
        epic_kitchens(path, tmp_path / "train", labels="abcde")


def write_records(folder, *nouns):
    """One frame with an object of every (noun_class, noun); returns the file of records."""
    write_picture(folder / "P01" / "P01_01" / "0000000031.jpg", size=(192, 108))
    place = {"participant_id": "P01", "video_id": "P01_01", "frame": 31, "bounding_boxes": [[0, 0, 540, 960]]}
    (folder / "labels.json").write_text(json.dumps([{"noun_class": number, "noun": noun, **place} for number, noun in nouns]))
    return folder / "labels.json"


def test_epic_kitchens_is_tested_with_the_classes_of_the_detector(tmp_path):
    """Another split has other nouns, in another order, and other words for a class."""
    source = f"epic-kitchens={write_records(tmp_path, (4, 'blade'), (4, 'knife'), (20, 'bag'))},{tmp_path}"
    found = detection_test(source, ("bag", "spoon", "knife"))
    assert found.labels == ("bag", "spoon", "knife") and found.frames[0].objects.labels.tolist() == [2, 2, 0]
    with pytest.raises(ValueError, match="classes that the detector does not know: blade, bag"):
        detection_test(source, ("spoon",))


def test_epic_kitchens_takes_its_published_nouns(tmp_path):
    records = write_records(tmp_path, (2, "blade"), (0, "bag"))
    (tmp_path / "nouns.csv").write_text("noun_id,class_key,nouns\n1,pan,\"['pan', 'pot']\"\n0,bag,['bag']\n2,knife,\"['knife', 'blade']\"\n")
    found = detection_training([f"epic-kitchens={records},{tmp_path},{tmp_path / 'nouns.csv'}"], IMAGENET_VID_LABELS)
    assert found.labels == ("bag", "pan", "knife") and found.frames[0].objects.labels.tolist() == [2, 0]
    (tmp_path / "nouns.txt").write_text("bag\npan\nknife\n")
    assert noun_names(tmp_path / "nouns.txt") == ["bag", "pan", "knife"]
    (tmp_path / "nouns.csv").write_text("noun_id,class_key,nouns\n1,pan,['pan']\n")
    with pytest.raises(ValueError, match="does not number its nouns from 0 on"):
        noun_names(tmp_path / "nouns.csv")


def test_epic_kitchens_as_coco_has_a_video_per_folder(tmp_path):
    content = {
        "categories": [{"id": 4, "name": "knife"}],
        "images": [
            {"id": n, "file_name": f"P01/P01_0{v}/frame_{n:010d}.jpg", "width": 64, "height": 48} for n, v in ((61, 1), (31, 1), (5, 2))
        ],
        "annotations": [{"id": 1, "image_id": 61, "category_id": 4, "bbox": [10, 20, 30, 15]}],
    }
    (tmp_path / "train.json").write_text(json.dumps(content))
    found = epic_kitchens(tmp_path / "train.json", tmp_path)
    assert [(f.video.name, f.number, f.path.stem[-2:], len(f.objects.labels)) for f in found.frames] == [
        ("P01/P01_01", 0, "31", 0),
        ("P01/P01_01", 1, "61", 1),
        ("P01/P01_02", 0, "05", 0),
    ]
