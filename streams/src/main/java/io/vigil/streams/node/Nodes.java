package io.vigil.streams.node;

/** Names of the topology's nodes, in the order a frame meets them. */
public final class Nodes {

    public static final String CAMERAS = "cameras";
    public static final String CAMERA_RULES = "camera-rules";
    public static final String FRAMES = "frames";
    public static final String CHECK = "check";
    public static final String ADMIT = "admit";
    public static final String SILENCE_RULE = "silence-rule";
    public static final String DETECT = "detect";
    public static final String TRACK = "track";
    public static final String OBJECT_RULES = "object-rules";
    public static final String RECOGNIZE = "recognize";
    public static final String ACTION_RULES = "action-rules";
    public static final String DETECTIONS = "detections";
    public static final String ACTIONS = "actions";
    public static final String EVENTS = "events";
    public static final String SKIPPED = "skipped";
    public static final String DEAD_LETTERS = "dead-letters";

    private Nodes() {}
}
