// Reads and changes the records of the cameras topic.

/** What the server refused: a sentence, and what is wrong with which field. */
export class Refused extends Error {
  constructor(errors) {
    super(errors.map(({ field, message }) => `${field} ${message}`.trim()).join("; "));
    this.errors = errors;
  }
}

export async function allCameras() {
  return (await ask("GET", "")).json();
}

/** The record of a camera; null if it has none. */
export async function cameraRecord(id) {
  const answer = await ask("GET", `/${encodeURIComponent(id)}`, undefined, [404]);
  return answer.status === 404 ? null : answer.json();
}

export async function putCamera(id, camera) {
  return (await ask("PUT", `/${encodeURIComponent(id)}`, camera)).json();
}

export async function removeCamera(id) {
  await ask("DELETE", `/${encodeURIComponent(id)}`);
}

export async function setPaused(id, paused) {
  return (await ask("POST", `/${encodeURIComponent(id)}/${paused ? "pause" : "resume"}`)).json();
}

async function ask(method, path, body, expected = []) {
  let answer;
  try {
    answer = await fetch(`/api/cameras${path}`, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error("the console's server does not answer");
  }
  if (answer.ok || expected.includes(answer.status)) {
    return answer;
  }
  const text = await answer.text();
  let errors;
  try {
    ({ errors } = JSON.parse(text));
  } catch {
    throw new Error(text || `status ${answer.status}`);
  }
  throw new Refused(errors);
}
