// One camera: its live picture with zones and lines that can be drawn on it, its other rules, and how it is captured.

import { cameraRecord, putCamera } from "./cameras-api.js";
import { el } from "./dom.js";
import { feed } from "./feed.js";
import { clock } from "./format.js";
import { PictureCanvas } from "./picture.js";
import { ShapeEditor } from "./shape-editor.js";

/** Fields of how a camera is captured. */
export function captureFields(capture) {
  return el(
    "div",
    { class: "fields" },
    number("Frames per second, 0: all", "frame_rate", capture.frame_rate ?? 0, { min: 0, max: 1000, step: "any" }),
    number("Width in pixels, 0: as is", "width", capture.width ?? 0, { min: 0, max: 16384 }),
    number("JPEG quality", "quality", capture.quality ?? 85, { min: 1, max: 100 }),
    el("label", { class: "check" }, el("input", { type: "checkbox", name: "loop", checked: capture.loop ?? false }), "Files: start again at the end"),
    el(
      "label",
      {},
      "Files: pacing",
      el(
        "select",
        { name: "pacing" },
        ...["REALTIME", "UNPACED"].map((pacing) => el("option", { value: pacing, selected: pacing === capture.pacing }, pacing.toLowerCase())),
      ),
    ),
    el(
      "label",
      {},
      "Encoding; h264 passes as is: all frames, no width",
      el(
        "select",
        { name: "encoding" },
        ...["JPEG", "H264"].map((encoding) => el("option", { value: encoding, selected: encoding === capture.encoding }, encoding.toLowerCase())),
      ),
    ),
  );
}

export function readCapture(form) {
  return {
    frame_rate: Number(form.elements.frame_rate.value),
    width: Number(form.elements.width.value),
    quality: Number(form.elements.quality.value),
    loop: form.elements.loop.checked,
    pacing: form.elements.pacing.value,
    encoding: form.elements.encoding.value,
  };
}

export class CameraEditor {
  #shapes = [];
  #actions = [];
  #silentAfterMs = null;
  #record = null;

  constructor(root, id) {
    this.id = id;
    this.canvas = el("canvas", { width: 640, height: 360 });
    this.picture = new PictureCanvas(this.canvas);
    this.hint = el("p", { role: "status", class: "quiet" }, "Waiting for a picture of this camera.");
    this.message = el("p", { role: "alert" });
    this.rules = el("div", { class: "rules" });
    this.settings = el("div", {});
    this.editor = new ShapeEditor({
      shapes: () => this.#shapes,
      changed: () => this.#touched(),
      drawn: (kind, points) => this.#drawn(kind, points),
      chosen: (shape) => this.#choose(shape),
      told: (text) => this.#hint(text),
    });
    this.heading = el("h1", {}, id);
    this.save = el("button", { type: "button", class: "main", id: "save", onclick: () => this.#save() }, "Save");
    root.append(
      el("p", {}, el("a", { href: "#/cameras" }, "All cameras")),
      this.heading,
      el(
        "div",
        { class: "halves" },
        el(
          "section",
          { "aria-label": "Picture" },
          el("div", { class: "board" }, this.canvas, this.editor.layer),
          this.hint,
          el(
            "div",
            { class: "buttons" },
            el("button", { type: "button", id: "draw-zone", onclick: () => this.editor.draw("zone") }, "Draw a zone"),
            el("button", { type: "button", id: "draw-line", onclick: () => this.editor.draw("line") }, "Draw a line"),
            el("button", { type: "button", id: "add-action", onclick: () => this.#addAction() }, "Wait for an action"),
            this.save,
          ),
          this.message,
        ),
        el("section", { "aria-label": "Rules" }, this.rules),
      ),
      this.settings,
    );
  }

  start() {
    const endPictures = feed.watch([this.id], (header, picture) => {
      if (!this.canvas.dataset.sequence) {
        this.#hint("");
      }
      this.picture.show(header, picture);
    });
    this.#read();
    return endPictures;
  }

  async #read() {
    try {
      this.#record = await cameraRecord(this.id);
    } catch (error) {
      this.#say(error.message, true);
      return;
    }
    const rules = this.#record?.rules;
    this.#shapes = [
      ...(rules?.zones ?? []).map((zone) => ({ ...zone, kind: "zone", points: zone.polygon })),
      ...(rules?.lines ?? []).map((line) => ({ ...line, kind: "line", points: [line.from, line.to] })),
    ];
    this.#actions = rules?.actions ?? [];
    this.#silentAfterMs = rules?.silent_after_ms ?? null;
    this.heading.textContent = this.#record?.name ?? this.id;
    if (!rules) {
      this.#say("This camera has the rules of the service's configuration, if any. The first that are saved here take their place.");
    }
    this.#renderRules(null);
    this.#renderSettings();
    this.editor.render();
  }

  #drawn(kind, points) {
    const shape = { kind, points, name: this.#freeName(kind), labels: [], dwell_ms: null, count_over: null };
    this.#shapes.push(shape);
    this.#touched();
    this.#hint("Give it a name, then save.");
    this.#choose(shape);
    this.rules.querySelector(".rule.selected input")?.select();
  }

  #choose(shape) {
    this.editor.select(shape);
    this.#renderRules(shape);
  }

  #freeName(kind) {
    const taken = new Set([...this.#shapes, ...this.#actions].map(({ name }) => name));
    for (let i = 1; ; i += 1) {
      if (!taken.has(`${kind}-${i}`)) {
        return `${kind}-${i}`;
      }
    }
  }

  #addAction() {
    this.#actions.push({ name: this.#freeName("action"), label: "", score: 0.5, at_least_ms: 0 });
    this.#touched();
    this.#renderRules(null);
  }

  #renderRules(selected) {
    this.rules.replaceChildren(
      ...[
        el("h2", {}, "Rules"),
        this.#shapes.length + this.#actions.length === 0 ? el("p", { class: "quiet" }, "None yet: draw a zone or a line on the picture.") : null,
        ...this.#shapes.map((shape) => this.#shapeRow(shape, shape === selected)),
        ...this.#actions.map((action) => this.#actionRow(action)),
        this.#field("Silent after, seconds; empty: not told", seconds(this.#silentAfterMs), { type: "number", min: 1, step: "any", name: "silent" }, (value) => {
          this.#silentAfterMs = millis(value);
        }),
      ].filter((part) => part !== null),
    );
  }

  #shapeRow(shape, selected) {
    const zone = shape.kind === "zone";
    return el(
      "div",
      { class: selected ? "rule selected" : "rule", onfocusin: () => this.editor.select(shape) },
      el("span", { class: "quiet" }, zone ? `Zone, ${shape.points.length} corners` : "Line, from the round end to the square one"),
      el(
        "div",
        { class: "fields" },
        this.#field("Name", shape.name, { name: "name" }, (value) => (shape.name = value)),
        this.#field("Classes, empty: all", shape.labels.join(", "), { name: "labels" }, (value) => (shape.labels = words(value))),
        zone ? this.#field("Dwells after, seconds", seconds(shape.dwell_ms), { type: "number", min: 0.001, step: "any", name: "dwell" }, (value) => (shape.dwell_ms = millis(value))) : null,
        zone ? this.#field("Too many above", shape.count_over ?? "", { type: "number", min: 0, name: "count" }, (value) => (shape.count_over = value === "" ? null : Number(value))) : null,
      ),
      this.#removeButton(() => (this.#shapes = this.#shapes.filter((other) => other !== shape))),
    );
  }

  #actionRow(action) {
    return el(
      "div",
      { class: "rule" },
      el("span", { class: "quiet" }, "Action"),
      el(
        "div",
        { class: "fields" },
        this.#field("Name", action.name, { name: "name" }, (value) => (action.name = value)),
        this.#field("Action, as the model calls it", action.label, { name: "label" }, (value) => (action.label = value)),
        this.#field("Least score", action.score, { type: "number", min: 0, max: 1, step: "any", name: "score" }, (value) => {
          action.score = Number(value);
          action.release_score = null;
        }),
        this.#field("Seen for, seconds", seconds(action.at_least_ms), { type: "number", min: 0, step: "any", name: "at-least" }, (value) => (action.at_least_ms = millis(value) ?? 0)),
      ),
      this.#removeButton(() => (this.#actions = this.#actions.filter((other) => other !== action))),
    );
  }

  #removeButton(remove) {
    return el(
      "div",
      { class: "buttons" },
      el(
        "button",
        {
          type: "button",
          onclick: () => {
            remove();
            this.#touched();
            this.#choose(null);
          },
        },
        "Delete",
      ),
    );
  }

  #field(label, value, attributes, changed) {
    return el(
      "label",
      {},
      label,
      el("input", {
        autocomplete: "off",
        ...attributes,
        value: value ?? "",
        oninput: (event) => {
          changed(event.target.value);
          this.#touched();
        },
      }),
    );
  }

  #renderSettings() {
    const record = this.#record;
    this.form = el(
      "form",
      {
        oninput: () => this.#touched(),
        onsubmit: (event) => {
          event.preventDefault();
          this.#save();
        },
      },
      el(
        "fieldset",
        {},
        el("legend", {}, "Camera"),
        el(
          "div",
          { class: "fields" },
          el("label", {}, "Name", el("input", { name: "name", autocomplete: "off", value: record?.name ?? "" })),
          el("label", { class: "wide" }, "Source; empty: it is captured elsewhere", el("input", { name: "source", autocomplete: "off", value: record?.source ?? "" })),
        ),
        captureFields(record?.capture ?? {}),
        el("label", { class: "check" }, el("input", { type: "checkbox", name: "paused", checked: record?.paused ?? false }), "Paused"),
      ),
    );
    this.settings.replaceChildren(this.form);
  }

  async #save() {
    if (!this.form) {
      return;
    }
    this.save.disabled = true;
    try {
      const saved = await putCamera(this.id, {
        name: this.form.elements.name.value,
        source: this.form.elements.source.value,
        paused: this.form.elements.paused.checked,
        capture: readCapture(this.form),
        rules: this.#hasRules() ? this.#rulesNow() : null,
      });
      this.#record = saved;
      this.heading.textContent = saved.name ?? this.id;
      this.#say(saved.rules_valid_from ? `Saved. The rules hold for frames from ${clock(Date.parse(saved.rules_valid_from))} on.` : "Saved.");
    } catch (error) {
      this.#say(`Not saved: ${error.message}`, true);
    } finally {
      this.save.disabled = false;
    }
  }

  /** A camera without rules of its own keeps those of the service's configuration. */
  #hasRules() {
    return Boolean(this.#record?.rules) || this.#shapes.length + this.#actions.length > 0 || this.#silentAfterMs !== null;
  }

  #rulesNow() {
    const of = (kind) => this.#shapes.filter((shape) => shape.kind === kind);
    return {
      zones: of("zone").map(({ name, points, labels, dwell_ms, count_over }) => ({ name, polygon: points, labels, dwell_ms, count_over })),
      lines: of("line").map(({ name, points: [from, to], labels }) => ({ name, from, to, labels })),
      actions: this.#actions,
      silent_after_ms: this.#silentAfterMs,
    };
  }

  #touched() {
    this.#say("Not saved yet.");
  }

  #hint(text) {
    this.hint.textContent = text;
  }

  #say(text, wrong = false) {
    this.message.textContent = text;
    this.message.className = wrong ? "wrong" : "quiet";
  }
}

function number(label, name, value, attributes) {
  return el("label", {}, label, el("input", { type: "number", name, value, required: true, ...attributes }));
}

function words(text) {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function seconds(ms) {
  return ms === null || ms === undefined ? "" : ms / 1000;
}

function millis(text) {
  return text === "" ? null : Math.round(Number(text) * 1000);
}
