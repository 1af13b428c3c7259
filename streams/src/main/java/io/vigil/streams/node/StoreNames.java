package io.vigil.streams.node;

/** Names of the state stores; with the application id they name the changelog topics, so they never change. */
public final class StoreNames {

    public static final String PROGRESS = "progress";
    public static final String GROUP_FRAMES = "group-frames";
    public static final String SUPPORT_FRAMES = "support-frames";
    public static final String TRACKS = "tracks";
    public static final String CLIP_FRAMES = "clip-frames";
    public static final String CAMERA_RULES = "camera-rules";
    public static final String SCENES = "scenes";
    public static final String ACTION_STREAKS = "action-streaks";
    public static final String LAST_FRAMES = "last-frames";

    private StoreNames() {}
}
