// One camera: large and live, or any analysed frame of the last hour.
//
// Whoever adds a panel beside the picture gets a "frameshown" event on the view's root for every frame that is drawn; its detail is
// the frame's detections, and detail.live tells whether it came just now.

import { el } from "../dom.js";
import { feed } from "../feed.js";
import { clock, percent, rate, span, track } from "../format.js";
import { frameAt, pictureOf, timelineOf } from "../history.js";
import { PictureCanvas, colourOf } from "../picture.js";
import { BINS, Timeline } from "../timeline.js";
import { whyActionLink, whyLink } from "./why.js";

const REFRESH_MS = 5000;
const MINUTES = [60, 15, 5];
const OBJECTS_SHOWN = 12;

export function mount(root, { id }) {
  const view = new CameraView(root, id);
  return () => view.end();
}

class CameraView {
  #ends = [];
  #timeMs = null;
  #shown = null;
  #picture = null;
  #wanted = 0;
  #hidden = new Set();
  #labels = new Set();
  #minScore = 0;
  #minutes = MINUTES[0];

  constructor(root, id) {
    this.root = root;
    this.id = id;
    this.canvas = el("canvas", { width: 16, height: 9, role: "img", "aria-label": `Picture of ${id}` });
    this.picture = new PictureCanvas(this.canvas, (box) => this.#wants(box));
    this.state = el("span", { class: "state" });
    this.vitals = el("span", { class: "vitals" });
    this.time = el("span", { class: "figure" });
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.action = el("p", { class: "action large" });
    this.objects = el("ul", { class: "objects" });
    this.labels = el("div", { class: "labels" }, el("p", { class: "quiet" }, "No objects so far."));
    this.score = el("output", { class: "figure" }, "0 %");
    this.liveButton = el("button", { "aria-pressed": "true", onclick: () => this.#pick(null) }, "Live");
    this.timeline = new Timeline((ms) => this.#pick(ms));
    this.spans = MINUTES.map((minutes) =>
      el("button", { "aria-pressed": String(minutes === this.#minutes), onclick: () => this.#zoom(minutes) }, `${minutes} min`),
    );
    root.className = "camera-view";
    root.append(
      el(
        "div",
        { class: "title" },
        el("a", { href: "#/", title: "Back to the wall (Esc)" }, "Wall"),
        el("span", { class: "quiet", "aria-hidden": "true" }, "/"),
        el("h1", { title: id }, id),
        this.state,
        this.vitals,
      ),
      el("div", { class: "stage" }, el("div", { class: "picture" }, this.canvas, this.problem), this.#panel()),
      el(
        "div",
        { class: "controls" },
        this.liveButton,
        el("button", { onclick: () => this.#step(-1), title: "Picture before (,)", "aria-label": "Picture before" }, "‹"),
        el("button", { onclick: () => this.#step(1), title: "Picture after (.)", "aria-label": "Picture after" }, "›"),
        this.time,
        el("span", { class: "spans", role: "group", "aria-label": "Length of the timeline" }, this.spans),
      ),
      this.timeline.element,
    );
    const keys = (event) => this.#key(event);
    document.addEventListener("keydown", keys);
    const refresh = setInterval(() => this.#refresh(), REFRESH_MS);
    this.#ends = [
      () => document.removeEventListener("keydown", keys),
      () => clearInterval(refresh),
      feed.watch([id], (header, picture) => this.#timeMs === null && this.#show(header, picture, true)),
      feed.onStates((states) => this.#update(states.find(({ camera }) => camera === id))),
    ];
    this.#refresh();
    this.#showLast();
  }

  end() {
    this.#ends.forEach((end) => end());
    this.#picture?.close();
  }

  #panel() {
    return el(
      "aside",
      { class: "panels" },
      el("section", { class: "panel" }, el("h2", {}, "Action"), this.action),
      el("section", { class: "panel" }, el("h2", {}, "Objects in this picture"), this.objects),
      el(
        "section",
        { class: "panel" },
        el("h2", {}, "Show"),
        this.labels,
        el(
          "label",
          { class: "score" },
          "Score from",
          el("input", {
            type: "range",
            min: 0,
            max: 95,
            step: 5,
            value: 0,
            oninput: (event) => this.#limit(Number(event.target.value) / 100),
          }),
          this.score,
        ),
      ),
    );
  }

  #wants(box) {
    return box.score >= this.#minScore && !this.#hidden.has(box.label);
  }

  /** Draws, and keeps a copy so that other filters show at once. */
  #show(header, picture, live) {
    this.problem.hidden = true;
    this.picture.show(header, picture);
    this.#shown = header;
    if (!live) {
      this.#picture?.close();
      this.#picture = picture;
    }
    this.time.textContent = clock(header.capture_time_us / 1000);
    this.#list(header);
    this.root.dispatchEvent(new CustomEvent("frameshown", { detail: { ...header, live } }));
  }

  #list(header) {
    this.action.replaceChildren(
      header.action
        ? el(
            "a",
            { href: whyActionLink(header.camera, header.epoch, header.action.end_time_us), title: "Why?" },
            `${header.action.label} ${percent(header.action.score)}`,
          )
        : "none seen",
    );
    this.action.classList.toggle("unsure", !header.action || header.action.score < 0.5);
    const boxes = header.boxes.filter((box) => this.#wants(box));
    const items = boxes.slice(0, OBJECTS_SHOWN).map((box) => {
      const dot = el("span", { class: "dot", "aria-hidden": "true" });
      dot.style.background = colourOf(box.label);
      return el(
        "li",
        {},
        dot,
        el("a", { href: whyLink(header, box), title: "Why?" }, box.label),
        el("span", { class: "quiet", title: box.track_id ? `track ${box.track_id}` : "not followed yet" }, box.track_id ? `#${track(box.track_id)}` : ""),
        el("span", { class: "figure end" }, percent(box.score)),
      );
    });
    if (boxes.length > OBJECTS_SHOWN) {
      items.push(el("li", { class: "quiet" }, `and ${boxes.length - OBJECTS_SHOWN} more`));
    }
    this.objects.replaceChildren(...(items.length > 0 ? items : [el("li", { class: "quiet" }, "none")]));
    this.#offer(header.boxes.map(({ label }) => label));
  }

  /** Offers each label that was seen as a filter. */
  #offer(labels) {
    const before = this.#labels.size;
    labels.forEach((label) => this.#labels.add(label));
    if (this.#labels.size === before) {
      return;
    }
    this.labels.replaceChildren(
      ...[...this.#labels].sort().map((label) => {
        const box = el("input", { type: "checkbox", checked: !this.#hidden.has(label), onchange: () => this.#toggle(label, box.checked) });
        const dot = el("span", { class: "dot", "aria-hidden": "true" });
        dot.style.background = colourOf(label);
        return el("label", {}, box, dot, label);
      }),
    );
  }

  #toggle(label, shown) {
    if (shown) {
      this.#hidden.delete(label);
    } else {
      this.#hidden.add(label);
    }
    this.#redraw();
  }

  #limit(score) {
    this.#minScore = score;
    this.score.textContent = percent(score);
    this.#redraw();
  }

  #redraw() {
    if (this.#shown && this.#timeMs !== null && this.#picture) {
      this.picture.show(this.#shown, this.#picture);
    }
    if (this.#shown) {
      this.#list(this.#shown);
    }
    this.#refresh();
  }

  #zoom(minutes) {
    this.#minutes = minutes;
    this.spans.forEach((button, i) => button.setAttribute("aria-pressed", String(MINUTES[i] === minutes)));
    this.#refresh();
  }

  async #refresh() {
    try {
      const data = await timelineOf(this.id, this.#minutes, BINS, this.#minScore);
      this.#offer(data.labels.map(({ label }) => label));
      this.timeline.update(data, (label) => !this.#hidden.has(label));
    } catch {
      // the next refresh may have it; the picture says what is wrong
    }
  }

  /** A picture for the eye until a live one comes: of a silent camera none does. */
  async #showLast() {
    try {
      const header = await frameAt(this.id, Date.now() * 1000);
      const picture = await pictureOf(header);
      if (this.#shown === null && this.#timeMs === null) {
        this.#show(header, picture, true);
      }
      picture.close();
    } catch (error) {
      if (this.#shown === null) {
        this.#explain(error);
      }
    }
  }

  /** Goes to a moment; null is live. */
  async #pick(ms) {
    const live = ms === null || ms >= Date.now();
    this.#timeMs = live ? null : ms;
    this.timeline.moveTo(this.#timeMs);
    this.liveButton.setAttribute("aria-pressed", String(live));
    if (!live) {
      await this.#load(ms * 1000);
    }
  }

  async #step(step) {
    if (this.#shown) {
      this.#timeMs = this.#shown.capture_time_us / 1000;
      this.liveButton.setAttribute("aria-pressed", "false");
      await this.#load(this.#shown.capture_time_us, step);
    }
  }

  /** Shows a frame of the past; of several that are asked for quickly only the last one. */
  async #load(timeUs, step = 0) {
    this.#wanted += 1;
    const ticket = this.#wanted;
    try {
      const header = await frameAt(this.id, timeUs, step);
      if (ticket !== this.#wanted || this.#timeMs === null) {
        return;
      }
      const picture = await pictureOf(header);
      if (ticket !== this.#wanted || this.#timeMs === null) {
        picture.close();
        return;
      }
      this.#timeMs = header.capture_time_us / 1000;
      this.timeline.moveTo(this.#timeMs);
      this.#show(header, picture, false);
    } catch (error) {
      if (ticket === this.#wanted) {
        this.#explain(error);
      }
    }
  }

  #explain(error) {
    this.problem.textContent = error.message;
    this.problem.hidden = false;
  }

  #update(state) {
    if (!state) {
      return;
    }
    this.state.textContent = state.state === "silent" ? `silent for ${span(state.age_ms)}` : state.state;
    this.state.dataset.state = state.state;
    this.state.title = state.reason;
    const latency = state.latency_ms === null ? "latency unknown" : `${Math.round(state.latency_ms)} ms`;
    this.vitals.textContent = `${rate(state.frames_per_s)} captured · ${rate(state.analysed_per_s)} analysed · ${latency}`;
  }

  #key(event) {
    if (event.target.matches("input, select, textarea")) {
      return;
    }
    if (event.key === "Escape") {
      location.hash = "#/";
    } else if (event.key === ",") {
      this.#step(-1);
    } else if (event.key === ".") {
      this.#step(1);
    } else if (event.key === "l") {
      this.#pick(null);
    }
  }
}
