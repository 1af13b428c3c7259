// The cameras that are configured.

import { el } from "../dom.js";

export function mount(root) {
  root.append(
    el("h1", {}, "Cameras"),
    el("p", { class: "hint" }, "Cameras are configured where they are captured: vigil ingest --config cameras.conf."),
  );
}
