// Every camera live, with the boxes of the frame that is shown, its state, and what is being done there.

import { el } from "../dom.js";
import { feed } from "../feed.js";
import { percent, span } from "../format.js";
import { frameAt, pictureOf } from "../history.js";
import { PictureCanvas } from "../picture.js";

const UNSURE_BELOW = 0.5;
const ORDER = new Intl.Collator(undefined, { numeric: true });
const STEPS = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: (columns) => columns, ArrowUp: (columns) => -columns };

export function mount(root) {
  const wall = new Wall(root);
  const ends = [
    feed.watch("all", (header, picture) => wall.show(header, picture)),
    feed.onStates((states) => wall.update(states)),
  ];
  return () => ends.forEach((end) => end());
}

class Wall {
  #tiles = new Map();

  constructor(root) {
    this.grid = el("div", { class: "wall", role: "list", "aria-label": "Cameras", onkeydown: (event) => this.#move(event) });
    this.hint = el("p", { class: "hint" }, "Waiting for the first analysed pictures.");
    root.append(el("h1", { class: "only-read" }, "Wall"), this.grid, this.hint);
  }

  /** The last pictures of a camera may come when it has been removed. */
  show(header, picture) {
    this.#tiles.get(header.camera)?.show(header, picture);
  }

  update(states) {
    const tiles = new Map(states.map(({ camera }) => [camera, this.#tiles.get(camera) ?? new Tile(camera)]));
    const changed = tiles.size !== this.#tiles.size || [...tiles.keys()].some((camera) => !this.#tiles.has(camera));
    this.#tiles = tiles;
    if (changed) {
      this.#arrange();
    }
    states.forEach((state) => tiles.get(state.camera).update(state));
  }

  #arrange() {
    const sorted = [...this.#tiles.keys()].sort(ORDER.compare);
    this.grid.replaceChildren(...sorted.map((id) => this.#tiles.get(id).element));
    this.grid.style.setProperty("--columns", Math.ceil(Math.sqrt(sorted.length)));
    this.hint.hidden = sorted.length > 0;
  }

  #move(event) {
    const step = STEPS[event.key];
    const tiles = [...this.grid.querySelectorAll("a")];
    const from = tiles.indexOf(document.activeElement);
    if (!step || from < 0) {
      return;
    }
    event.preventDefault();
    const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    tiles[from + step(columns)]?.focus();
  }
}

class Tile {
  #asked = false;

  constructor(camera) {
    this.camera = camera;
    this.canvas = el("canvas", { width: 16, height: 9, role: "img", "aria-label": `Picture of ${camera}` });
    this.picture = new PictureCanvas(this.canvas);
    this.state = el("span", { class: "state" });
    this.action = el("span", { class: "action" });
    this.vitals = el("span", { class: "vitals" });
    this.element = el(
      "article",
      { class: "camera", role: "listitem", "data-camera": camera },
      el(
        "a",
        { href: `#/camera/${encodeURIComponent(camera)}` },
        el("div", { class: "picture" }, this.canvas),
        el("div", { class: "line" }, el("h2", { title: camera }, camera), this.state),
        el("div", { class: "line" }, this.action, this.vitals),
      ),
    );
  }

  show(header, picture) {
    this.picture.show(header, picture);
    this.action.textContent = header.action ? `${header.action.label} ${percent(header.action.score)}` : "";
    this.action.classList.toggle("unsure", header.action?.score < UNSURE_BELOW);
    this.element.classList.remove("stale");
  }

  update(state) {
    const silent = state.state === "silent" || state.state === "stalled";
    this.state.textContent = state.state === "silent" ? `silent for ${span(state.age_ms)}` : state.state;
    this.state.title = state.reason;
    this.state.dataset.state = state.state;
    this.element.classList.toggle("stale", silent);
    if (silent && !this.#asked && !this.canvas.dataset.sequence) {
      this.#asked = true;
      this.#showLast();
    }
    this.vitals.textContent = silent
      ? ""
      : `${state.analysed_per_s.toFixed(1)} fps · ${state.latency_ms === null ? "latency unknown" : `${Math.round(state.latency_ms)} ms`}`;
  }
  /** Of a camera that is silent no picture comes by itself. */
  async #showLast() {
    try {
      const header = await frameAt(this.camera, Date.now() * 1000);
      const picture = await pictureOf(header);
      if (!this.canvas.dataset.sequence) {
        this.picture.show(header, picture);
      }
      picture.close();
    } catch {
      // older than the console remembers or than Kafka keeps: the tile stays empty
    }
  }
}
