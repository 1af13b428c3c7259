// Draws and changes zones and lines on a picture, by pointer and by keyboard. Places are shares of the picture, 0 to 1.

import { svg } from "./dom.js";

const STEP = 0.01;
const LARGE_STEP = 0.05;
const CLOSE_WITHIN = 0.02;
const EDGE = 0.01;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A layer over a picture. shapes() gives [{ kind: "zone" | "line", name, points }]; changed(shape) is called when points moved,
 * drawn(kind, points) when a new shape is complete, chosen(shape) when one was picked, told(text) with what to do next.
 */
export class ShapeEditor {
  #drawing = null;
  #cursor = [0.5, 0.5];
  #selected = null;
  #dragged = null;

  constructor({ shapes, changed, drawn, chosen, told }) {
    Object.assign(this, { shapes, changed, drawn, chosen, told });
    this.layer = svg("svg", {
      class: "shapes",
      viewBox: "0 0 1 1",
      preserveAspectRatio: "none",
      tabindex: 0,
      role: "application",
      "aria-label": "Zones and lines on the picture",
      onpointerdown: (event) => this.#pressed(event),
      onpointermove: (event) => this.#moved(event),
      onpointerup: () => this.#released(),
      ondblclick: (event) => {
        event.preventDefault();
        this.#finish();
      },
      onkeydown: (event) => this.#key(event),
    });
  }

  /** Begins a zone or a line; each click, or space at the cross, is a point of it. */
  draw(kind) {
    this.#drawing = { kind, points: [] };
    this.#cursor = [0.5, 0.5];
    this.#selected = null;
    this.layer.focus();
    this.told(
      kind === "zone"
        ? "Click the corners; Enter, a double click or the first corner closes the zone. Keys: arrows, space, Backspace, Escape."
        : "Click where the line begins and where it ends. Keys: arrows, space, Escape.",
    );
    this.render();
  }

  select(shape) {
    this.#selected = shape;
    this.render();
  }

  get drawing() {
    return this.#drawing !== null;
  }

  render() {
    this.layer.replaceChildren(
      ...this.shapes().flatMap((shape) => this.#outline(shape)),
      ...(this.#selected && this.shapes().includes(this.#selected) ? this.#handles(this.#selected) : []),
      ...(this.#drawing ? this.#draft() : []),
    );
  }

  #outline(shape) {
    const classes = `shape ${shape.kind}${shape === this.#selected ? " selected" : ""}`;
    const points = written(shape.points);
    const title = svg("title", {}, shape.name || "new");
    return shape.kind === "zone"
      ? [svg("polygon", { class: classes, points }, title)]
      : [svg("polyline", { class: classes, points }, title), ...arrow(shape.points)];
  }

  #handles(shape) {
    return shape.points.map(([x, y], index) => {
      const handle = dot(x, y, "handle");
      handle.setAttribute("tabindex", 0);
      handle.setAttribute("role", "slider");
      handle.setAttribute("aria-label", `Point ${index + 1} of ${shape.name || "new"}`);
      handle.setAttribute("aria-valuetext", `${Math.round(x * 100)} % from the left, ${Math.round(y * 100)} % from the top`);
      handle.dataset.index = index;
      return handle;
    });
  }

  #draft() {
    const { points } = this.#drawing;
    const [x, y] = this.#cursor;
    return [
      svg("polyline", { class: "shape draft", points: written([...points, this.#cursor]) }),
      ...points.map(([px, py]) => dot(px, py, "corner")),
      svg("path", { class: "cross", d: `M${x - 0.02} ${y}H${x + 0.02}M${x} ${y - 0.03}V${y + 0.03}` }),
    ];
  }

  #pressed(event) {
    if (event.button !== 0) {
      return;
    }
    const place = this.#place(event);
    if (this.#drawing) {
      this.#cursor = place;
      this.#add(place);
      return;
    }
    const index = event.target.dataset?.index;
    if (index !== undefined) {
      this.#dragged = Number(index);
      this.layer.setPointerCapture(event.pointerId);
      return;
    }
    const picked = [...this.shapes()].reverse().find((shape) => contains(shape, place)) ?? null;
    this.#selected = picked;
    this.render();
    this.chosen(picked);
  }

  #moved(event) {
    if (this.#drawing) {
      this.#cursor = this.#place(event);
      this.render();
    } else if (this.#dragged !== null && this.#selected) {
      this.#selected.points[this.#dragged] = this.#place(event);
      this.render();
      this.changed(this.#selected);
    }
  }

  #released() {
    this.#dragged = null;
  }

  #key(event) {
    if (this.#drawing) {
      this.#drawingKey(event);
    } else if (event.target.dataset?.index !== undefined && this.#selected) {
      this.#handleKey(event, Number(event.target.dataset.index));
    }
  }

  #drawingKey(event) {
    if (event.key in MOVES) {
      this.#cursor = moved(this.#cursor, event);
    } else if (event.key === " ") {
      this.#add(this.#cursor);
    } else if (event.key === "Enter") {
      this.#finish();
    } else if (event.key === "Backspace") {
      this.#drawing.points.pop();
    } else if (event.key === "Escape") {
      this.#drawing = null;
      this.told("Nothing was drawn.");
    } else {
      return;
    }
    event.preventDefault();
    this.render();
  }

  #handleKey(event, index) {
    const { points, kind } = this.#selected;
    if (event.key in MOVES) {
      points[index] = moved(points[index], event);
    } else if (event.key === "Delete" && kind === "zone" && points.length > 3) {
      points.splice(index, 1);
    } else {
      return;
    }
    event.preventDefault();
    this.changed(this.#selected);
    this.render();
    this.layer.querySelector(`[data-index="${Math.min(index, points.length - 1)}"]`)?.focus();
  }

  #add(place) {
    const { kind, points } = this.#drawing;
    if (points.some((point) => point[0] === place[0] && point[1] === place[1])) {
      return;
    }
    if (kind === "zone" && points.length >= 3 && Math.hypot(place[0] - points[0][0], place[1] - points[0][1]) < CLOSE_WITHIN) {
      this.#finish();
      return;
    }
    points.push([...place]);
    if (kind === "line" && points.length === 2) {
      this.#finish();
    } else {
      this.render();
    }
  }

  #finish() {
    if (!this.#drawing) {
      return;
    }
    const { kind, points } = this.#drawing;
    if (points.length < (kind === "zone" ? 3 : 2)) {
      this.told(kind === "zone" ? "A zone needs three corners or more." : "A line needs two points.");
      return;
    }
    this.#drawing = null;
    this.drawn(kind, points);
    this.render();
  }

  #place(event) {
    const box = this.layer.getBoundingClientRect();
    return [snapped((event.clientX - box.left) / box.width), snapped((event.clientY - box.top) / box.height)];
  }
}

function moved([x, y], event) {
  const [dx, dy] = MOVES[event.key];
  const step = event.shiftKey ? LARGE_STEP : STEP;
  return [share(x + dx * step), share(y + dy * step)];
}

/** On the picture's edge if it is near: the last row of pixels is hard to hit. */
function snapped(value) {
  return value < EDGE ? 0 : value > 1 - EDGE ? 1 : share(value);
}

/** Within the picture, to a ten-thousandth of it. */
function share(value) {
  return Math.round(Math.min(1, Math.max(0, value)) * 10000) / 10000;
}

function written(points) {
  return points.map(([x, y]) => `${x},${y}`).join(" ");
}

/** A round dot whatever the picture's shape: a line of no length with round ends, whose width does not scale. */
function dot(x, y, name) {
  return svg("path", { class: name, d: `M${x} ${y}h0.00001` });
}

/** Which way somebody looks who has left on the left: from the line's first point to its second. */
function arrow([[x1, y1], [x2, y2]]) {
  return [dot(x1, y1, "begin"), dot(x2, y2, "end")];
}

function contains({ kind, points }, [x, y]) {
  if (kind === "line") {
    return distance(points, [x, y]) < CLOSE_WITHIN;
  }
  let inside = false;
  points.forEach(([ax, ay], i) => {
    const [bx, by] = points[(i + 1) % points.length];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) {
      inside = !inside;
    }
  });
  return inside;
}

function distance([[ax, ay], [bx, by]], [x, y]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
  const along = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}
