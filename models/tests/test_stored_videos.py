"""Loaders of published video lists, and the frames of their videos."""

import json

import cv2
import numpy as np
import pytest
from test_stored_data_sets import write_picture
from vigil_models.data.video_file import frame_count, read_frames
from vigil_models.data.video_lists import kinetics, something_something_v1, something_something_v2, video_list
from vigil_models.modeling import tam_inputs


def write_video(path, frames=10):
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path.with_suffix(".avi")), cv2.VideoWriter_fourcc(*"MJPG"), 10, (32, 24))
    for number in range(frames):
        writer.write(np.full((24, 32, 3), 20 * number, np.uint8))
    writer.release()
    path.with_suffix(".avi").rename(path)


def spoilt_videos(folder):
    """Names of videos that cannot be used: no video at all, cut off, too short, and a folder with too few frames."""
    (folder / "text.mp4").write_text("not a video")
    write_video(folder / "cut.mp4")
    whole = (folder / "cut.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[: len(whole) // 20])
    write_video(folder / "short.mp4", frames=2)
    for number in (1, 2):
        write_picture(folder / "frames" / f"img_{number:05d}.jpg")
    return ["text.mp4", "cut.mp4", "short.mp4", "frames"]


def brightness(frames):
    return [round(frame.mean() / 20) for frame in frames]


def test_frames_are_read_in_any_order_and_the_last_one_stands_in_after_the_end(tmp_path):
    write_video(tmp_path / "v.mp4")
    assert frame_count(tmp_path / "v.mp4") == 10
    assert brightness(read_frames(tmp_path / "v.mp4", [3, 0, 3, 9, 12])) == [3, 0, 3, 9, 9]
    with pytest.raises(ValueError, match="ends after 10 frames; frame 12"):
        read_frames(tmp_path / "v.mp4", [12], strict=True)
    with pytest.raises(ValueError, match="cannot be read as a video"):
        read_frames(tmp_path / "none.mp4", [0])


def test_folder_of_numbered_pictures_is_a_video(tmp_path):
    for number in range(1, 6):
        write_picture(tmp_path / "100218" / f"{number:05d}.jpg", value=20 * number)
    assert frame_count(tmp_path / "100218") == 5
    assert brightness(read_frames(tmp_path / "100218", [4, 0, 7])) == [5, 1, 5]


def test_kinetics_csv_finds_the_videos_that_are_still_there(tmp_path):
    write_video(tmp_path / "videos" / "riding a bike" / "abc_000010_000020.mp4")
    write_video(tmp_path / "videos" / "air_drumming" / "x-_Z.mkv")
    (tmp_path / "train.csv").write_text(
        "label,youtube_id,time_start,time_end,split\nriding a bike,abc,10,20,train\nriding a bike,gone,3,13,train\n"
        "air drumming,x-_Z,0,10,train\n"
    )
    found = kinetics(tmp_path / "train.csv", tmp_path / "videos")
    assert found.labels == ("air drumming", "riding a bike")
    assert [(video.path.name, video.label) for video in found.videos] == [("abc_000010_000020.mp4", 1), ("x-_Z.mkv", 0)]
    with pytest.raises(ValueError, match="none of the 3 videos"):
        kinetics(tmp_path / "train.csv", tmp_path)


def test_list_of_files_and_numbers(tmp_path):
    write_video(tmp_path / "riding a bike" / "abc.mp4")
    write_video(tmp_path / "x.mp4")
    (tmp_path / "train.txt").write_text("riding a bike/abc.mp4 1\nx.mp4 0\n")
    (tmp_path / "names.txt").write_text("air drumming\nriding a bike\n")
    found = video_list(tmp_path / "train.txt", tmp_path, tmp_path / "names.txt")
    assert found.labels == ("air drumming", "riding a bike")
    assert found.videos[0].path == tmp_path / "riding a bike" / "abc.mp4" and found.videos[0].label == 1
    (tmp_path / "train.txt").write_text("x.mp4 2\n")
    with pytest.raises(ValueError, match="has label 2, there are 2 classes"):
        video_list(tmp_path / "train.txt", tmp_path, tmp_path / "names.txt")


def test_list_of_frame_folders_has_the_number_of_frames_between(tmp_path):
    for number in range(1, 6):
        write_picture(tmp_path / "frames" / "video_1" / f"img_{number:05d}.jpg", value=20 * number)
        write_picture(tmp_path / "frames" / "video_1" / f"flow_x_{number:05d}.jpg")
    write_video(tmp_path / "frames" / "video_2 11")
    (tmp_path / "train.txt").write_text("frames/video_1\t5 3\nframes/video_2 11 0\n")
    found = video_list(tmp_path / "train.txt", tmp_path)
    assert [(video.path.name, video.label) for video in found.videos] == [("video_1", 3), ("video_2 11", 0)]
    assert frame_count(found.videos[0].path) == 5 and brightness(read_frames(found.videos[0].path, [4, 0])) == [5, 1]


@pytest.mark.parametrize(
    "line, message",
    [
        ("x.mp4 1", "there is no x.mp4 in"),
        ("frames/video_1 11 3", "there is no frames/video_1 11 and no frames/video_1 in"),
        ("x.mp4", "a file and the number of its class expected"),
    ],
)
def test_list_names_the_line_whose_video_is_not_there(tmp_path, line, message):
    write_video(tmp_path / "there.mp4")
    (tmp_path / "train.txt").write_text(f"there.mp4 0\n{line}\n")
    with pytest.raises(ValueError, match=f"train.txt, line 2: {message}"):
        video_list(tmp_path / "train.txt", tmp_path)


def test_something_something_v2_maps_templates_to_class_numbers(tmp_path):
    write_video(tmp_path / "videos" / "78687.webm")
    (tmp_path / "labels.json").write_text(json.dumps({"Holding something next to something": "1", "Folding something": "0"}))
    entry = {"id": "78687", "label": "holding a potato next to a bottle", "template": "Holding [something] next to [something]"}
    (tmp_path / "train.json").write_text(json.dumps([entry]))
    found = something_something_v2(tmp_path / "train.json", tmp_path / "videos", tmp_path / "labels.json")
    assert found.labels == ("Folding something", "Holding something next to something")
    assert [(video.path.name, video.label) for video in found.videos] == [("78687.webm", 1)]
    (tmp_path / "train.json").write_text(json.dumps([{**entry, "template": "Eating [something]"}]))
    with pytest.raises(ValueError, match="video 78687 is of class 'Eating something'"):
        something_something_v2(tmp_path / "train.json", tmp_path / "videos", tmp_path / "labels.json")


def test_something_something_v1_reads_folders_of_frames(tmp_path):
    write_picture(tmp_path / "videos" / "100218" / "00001.jpg")
    (tmp_path / "labels.csv").write_text("Holding something\nFolding something\n")
    (tmp_path / "train.csv").write_text("100218;Folding something\n")
    found = something_something_v1(tmp_path / "train.csv", tmp_path / "videos", tmp_path / "labels.csv")
    assert [(video.path.name, video.label) for video in found.videos] == [("100218", 1)]
    (tmp_path / "train.csv").write_text("5;Folding something\n")
    with pytest.raises(ValueError, match="there is no video 5 in"):
        something_something_v1(tmp_path / "train.csv", tmp_path / "videos", tmp_path / "labels.csv")


def test_training_clips_start_anywhere_and_wrap_in_short_videos():
    random = np.random.default_rng(0)
    starts = {tam_inputs.dense_training(70, 8, random)[0] for _ in range(200)}
    assert starts == set(range(6))
    assert tam_inputs.dense_training(20, 8, random) == [0, 8, 16, 4, 12, 0, 8, 16]


def test_training_frames_are_drawn_from_every_segment():
    random = np.random.default_rng(0)
    drawn = np.array([tam_inputs.uniform_training(35, 8, random) for _ in range(200)])
    assert (drawn // 4 == np.arange(8)).all() and {tuple(sorted(set(column % 4))) for column in drawn.T} == {(0, 1, 2, 3)}
    assert tam_inputs.uniform_training(7, 8, random) == [0] * 8
