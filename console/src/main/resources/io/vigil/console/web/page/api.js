// Asks the server.

/** The JSON under a path; throws an Error whose message is a sentence for the user. */
export async function getJson(path) {
  return (await ask(path, {})).json();
}

/** The text under a path. */
export async function getText(path) {
  return (await ask(path, {})).text();
}

/** Sends a request that changes something, and gives its JSON. */
export async function post(path) {
  return (await ask(path, { method: "POST" })).json();
}

/** The picture under a path as an ImageBitmap, to be closed by the caller. */
export async function getPicture(path) {
  return createImageBitmap(await (await ask(path, {})).blob());
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("the console's server does not answer");
  }
  if (!answer.ok) {
    throw new Error((await answer.text()) || `status ${answer.status}`);
  }
  return answer;
}
