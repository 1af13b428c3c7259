// The last hour of a camera. Times are microseconds since 1970-01-01 UTC.

import { getJson, getPicture } from "./api.js";

/** What was found in the frame that was shown at a moment; with step -1 or 1 in the one before or after it. */
export function frameAt(camera, timeUs, step = 0) {
  return getJson(`${path(camera)}/frame?time_us=${Math.round(timeUs)}&step=${step}`);
}

/** The picture of that frame, from Kafka; an ImageBitmap, to be closed by the caller. */
export function pictureOf({ camera, epoch, sequence, capture_time_us: time }) {
  return getPicture(`${path(camera)}/picture?epoch=${epoch}&sequence=${sequence}&time_us=${time}`);
}

export function timelineOf(camera, minutes, bins, minScore) {
  return getJson(`${path(camera)}/timeline?minutes=${minutes}&bins=${bins}&min_score=${minScore}`);
}

function path(camera) {
  return `/api/history/${encodeURIComponent(camera)}`;
}
