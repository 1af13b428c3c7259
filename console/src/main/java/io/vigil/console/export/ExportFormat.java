package io.vigil.console.export;

/** What an export writes. */
public enum ExportFormat {
    /** A file with a JSON object per record. */
    JSONL("jsonl"),
    /** A directory with a table each of detections, actions and events. */
    CSV("csv"),
    /** A file with the boxes of all frames, as data sets for video object detection have them. */
    COCO_VID("coco-vid"),
    /** A directory with a video per camera, the boxes burned in. */
    MP4("mp4");

    private final String word;

    ExportFormat(String word) {
        this.word = word;
    }

    /** As it is written on a command line. */
    @Override
    public String toString() {
        return word;
    }
}
