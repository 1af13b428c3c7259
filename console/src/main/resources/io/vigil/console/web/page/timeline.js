// The last minutes of a camera as strips, one under the other, with a cursor that can be moved by pointer and keys.

import { el } from "./dom.js";
import { clock, percent } from "./format.js";
import { colourOf } from "./picture.js";

const STEP_MS = { ArrowLeft: -1000, ArrowRight: 1000, PageDown: -60_000, PageUp: 60_000 };
const HEIGHT = 18;

export const BINS = 480;

export class Timeline {
  #data = null;
  #cursorMs = null;

  /** pick(ms) is called when a moment is picked; ms is null for the end, which is now. */
  constructor(pick) {
    this.pick = pick;
    this.rows = el("div", { class: "rows" });
    this.cursor = el("div", { class: "cursor" });
    this.scale = el("div", { class: "scale figure" });
    this.track = el(
      "div",
      {
        class: "track",
        role: "slider",
        tabindex: 0,
        "aria-label": "Time",
        onkeydown: (event) => this.#key(event),
        onpointerdown: (event) => this.#drag(event),
        onpointermove: (event) => event.buttons === 1 && this.#point(event),
      },
      this.rows,
      this.cursor,
    );
    this.element = el("div", { class: "timeline" }, this.track, this.scale);
  }

  /** Shows other figures; shown(label) chooses the rows of labels. */
  update(data, shown) {
    this.#data = data;
    const strips = data.labels
      .filter(({ label }) => shown(label))
      .map(({ label, objects }) => strip(label, density(objects, colourOf(label)), "most objects in one picture"));
    const marks = [
      strip("actions", segments(data, data.actions, (action) => `${action.label} ${percent(action.score)}`)),
      data.events.length > 0 ? strip("events", segments(data, data.events, eventText, "event")) : null,
      some(data.skipped) ? strip("skipped", density(data.skipped, "#93a1af"), "frames") : null,
      some(data.dead_letters) ? strip("dead letters", density(data.dead_letters, "#fb7185"), "records") : null,
    ];
    this.rows.replaceChildren(
      strip("analysed", density(data.analysed, "#4b6478"), "frames"),
      ...strips,
      ...marks.filter((mark) => mark !== null),
    );
    const span = data.to_us - data.from_us;
    const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => clock((data.from_us + part * span) / 1000));
    this.scale.replaceChildren(...ticks.map((text) => el("span", {}, text)));
    this.#showCursor();
  }

  /** Puts the cursor at a moment; null is the end. */
  moveTo(ms) {
    this.#cursorMs = ms;
    this.#showCursor();
  }

  #showCursor() {
    if (!this.#data) {
      return;
    }
    const from = this.#data.from_us / 1000;
    const to = this.#data.to_us / 1000;
    const at = this.#cursorMs ?? to;
    const part = Math.min(1, Math.max(0, (at - from) / (to - from)));
    this.cursor.style.setProperty("--part", part);
    this.cursor.dataset.time = this.#cursorMs === null ? "" : clock(at);
    this.track.setAttribute("aria-valuemin", Math.round(from));
    this.track.setAttribute("aria-valuemax", Math.round(to));
    this.track.setAttribute("aria-valuenow", Math.round(at));
    this.track.setAttribute("aria-valuetext", this.#cursorMs === null ? "live" : clock(at));
  }

  #key(event) {
    const now = this.#data ? this.#data.to_us / 1000 : Date.now();
    if (event.key === "End") {
      this.pick(null);
    } else if (event.key === "Home" && this.#data) {
      this.pick(this.#data.from_us / 1000);
    } else if (event.key in STEP_MS) {
      this.pick((this.#cursorMs ?? now) + STEP_MS[event.key] * (event.shiftKey ? 10 : 1));
    } else {
      return;
    }
    event.preventDefault();
  }

  #drag(event) {
    this.track.setPointerCapture(event.pointerId);
    this.#point(event);
  }

  #point(event) {
    if (!this.#data) {
      return;
    }
    const box = this.rows.querySelector(".strip")?.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    this.pick((this.#data.from_us + part * (this.#data.to_us - this.#data.from_us)) / 1000);
  }
}

function some(counts) {
  return counts.some((count) => count > 0);
}

function strip(name, content, unit) {
  const most = content.dataset.most;
  return el(
    "div",
    { class: "row" },
    el("span", { class: "name", title: name }, name),
    el("div", { class: "strip", title: most && unit ? `${name}: at most ${most} ${unit}` : name }, content),
  );
}

/** A bar per bin; the highest fills the strip. */
function density(counts, colour) {
  const canvas = el("canvas", { width: counts.length, height: HEIGHT, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  const most = Math.max(1, ...counts);
  canvas.dataset.most = most;
  context.fillStyle = colour;
  counts.forEach((count, bin) => {
    const height = count === 0 ? 0 : Math.max(3, (count / most) * HEIGHT);
    context.fillRect(bin, HEIGHT - height, 1, height);
  });
  return canvas;
}

function segments(data, spans, text, kind = "action") {
  const length = data.to_us - data.from_us;
  const clip = (us) => Math.min(1, Math.max(0, (us - data.from_us) / length));
  return el(
    "div",
    { class: "segments" },
    spans.map((span) => {
      const from = clip(span.start_us);
      const to = clip(span.end_us ?? data.to_us);
      const segment = el("span", { class: `segment ${kind}`, title: `${text(span)}, ${clock(span.start_us / 1000)}` });
      segment.style.left = `${from * 100}%`;
      segment.style.width = `max(3px, ${(to - from) * 100}%)`;
      segment.style.background = kind === "action" ? colourOf(span.label) : "";
      if (to - from > 0.06 && kind === "action") {
        segment.textContent = span.label;
      }
      return segment;
    }),
  );
}

function eventText(event) {
  return [event.kind.toLowerCase().replace("_", " "), event.label, event.rule].filter(Boolean).join(" · ");
}
