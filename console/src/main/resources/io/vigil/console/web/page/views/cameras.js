// The cameras of the topic: all of them, or one with its capture and its rules.

import { allCameras, putCamera, removeCamera, setPaused } from "../cameras-api.js";
import { el } from "../dom.js";
import { feed } from "../feed.js";
import { CameraEditor, captureFields, readCapture } from "../camera-editor.js";

const SURE_FOR_MS = 4000;
const REFRESH_MS = 5000;
const ORDER = new Intl.Collator(undefined, { numeric: true });

export function mount(root, params) {
  root.className = "cameras";
  return params.id ? new CameraEditor(root, params.id).start() : new CameraList(root).start();
}

class CameraList {
  #records = [];
  #states = new Map();

  constructor(root) {
    this.rows = el("tbody", {});
    this.message = el("p", { role: "status", class: "quiet" }, "Reading the cameras…");
    root.append(
      el("h1", {}, "Cameras"),
      el(
        "table",
        {},
        el("thead", {}, el("tr", {}, ...["Camera", "State", "Source", ""].map((title) => el("th", { scope: "col" }, title)))),
        this.rows,
      ),
      this.message,
      this.#form(),
    );
  }

  start() {
    const endStates = feed.onStates((states) => {
      this.#states = new Map(states.map((state) => [state.camera, state]));
      this.#render();
    });
    const timer = setInterval(() => this.#read(), REFRESH_MS);
    this.#read();
    return () => {
      endStates();
      clearInterval(timer);
    };
  }

  async #read() {
    try {
      this.#records = await allCameras();
      this.#render();
      const none = this.#records.length === 0;
      this.#say(none ? "The topic has no cameras yet. Cameras of an ingest's configuration file need no record here." : "");
    } catch (error) {
      this.#say(error.message, true);
    }
  }

  #render() {
    const recorded = new Set(this.#records.map(({ id }) => id));
    const others = [...this.#states.keys()].filter((id) => !recorded.has(id)).map((id) => ({ id, elsewhere: true }));
    const rows = [...this.#records, ...others].sort((a, b) => ORDER.compare(a.id, b.id));
    const shown = JSON.stringify([rows, rows.map(({ id }) => this.#state(id))]);
    if (shown !== this.shown) {
      this.shown = shown;
      this.rows.replaceChildren(...rows.map((camera) => this.#row(camera)));
    }
  }

  #row(camera) {
    const captured = Boolean(camera.source);
    const state = camera.paused ? "paused" : this.#state(camera.id);
    return el(
      "tr",
      { "data-camera": camera.id },
      el("td", {}, el("strong", {}, camera.name ?? camera.id), camera.name ? el("div", { class: "quiet" }, camera.id) : null),
      el("td", {}, el("span", { class: "state", "data-state": state }, state)),
      el("td", { class: "source" }, camera.source ?? "captured elsewhere"),
      el(
        "td",
        {},
        el(
          "div",
          { class: "buttons" },
          el("a", { class: "button", href: `#/cameras/${encodeURIComponent(camera.id)}` }, "Rules and settings"),
          captured
            ? el("button", { type: "button", onclick: () => this.#change(() => setPaused(camera.id, !camera.paused)) }, camera.paused ? "Resume" : "Pause")
            : null,
          camera.elsewhere ? null : sureButton("Remove", () => this.#change(() => removeCamera(camera.id))),
        ),
      ),
    );
  }

  #state(id) {
    const state = this.#states.get(id);
    return state ? String(state.state ?? state.kind ?? "seen").toLowerCase() : "no frames seen";
  }

  async #change(action) {
    try {
      await action();
      await this.#read();
    } catch (error) {
      this.#say(error.message, true);
    }
  }

  #form() {
    const id = el("input", { name: "id", required: true, autocomplete: "off", pattern: "[A-Za-z0-9_\\-][A-Za-z0-9._\\-]{0,127}" });
    const name = el("input", { name: "name", autocomplete: "off" });
    const source = el("input", { name: "source", required: true, autocomplete: "off", placeholder: "rtsp://user:${CAMERA_PASSWORD}@10.0.0.5/stream1" });
    const form = el(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          this.#add(form, id.value, { name: name.value, source: source.value, capture: readCapture(form) });
        },
      },
      el(
        "fieldset",
        {},
        el("legend", {}, "Add a camera"),
        el("div", { class: "fields" }, el("label", {}, "Id", id), el("label", {}, "Name", name), el("label", { class: "wide" }, "Source", source)),
        captureFields({}),
        el("p", { class: "quiet" }, "Passwords are placeholders, ${CAMERA_…}: variables of the ingest, which follows the topic with vigil ingest --follow."),
        el("div", { class: "buttons" }, el("button", { class: "main" }, "Add")),
      ),
    );
    return form;
  }

  async #add(form, id, camera) {
    if (this.#records.some((known) => known.id === id)) {
      this.#say(`There is a camera ${id} already.`, true);
      return;
    }
    await this.#change(async () => {
      await putCamera(id, camera);
      form.reset();
    });
  }

  #say(text, wrong = false) {
    this.message.textContent = text;
    this.message.className = wrong ? "wrong" : "quiet";
  }
}

/** A button that wants to be pressed twice. */
function sureButton(text, action) {
  const button = el("button", {
    type: "button",
    onclick: () => {
      if (button.classList.contains("sure")) {
        action();
        return;
      }
      button.classList.add("sure");
      button.textContent = `${text}: sure?`;
      setTimeout(() => {
        button.classList.remove("sure");
        button.textContent = text;
      }, SURE_FOR_MS);
    },
  }, text);
  return button;
}
