// The way of a frame through the service as a picture, with what goes along each edge in a second.

import { svg } from "./dom.js";
import { rate } from "./format.js";

const WIDTH = 1120;
const HEIGHT = 300;
const BOX = { width: 104, height: 44 };
const MAIN = 96;
const LOW = 226;

/** rates: per_s of the service; stages: stage_ms. */
export function topology(rates, stages) {
  const frames = rates.frames;
  const admitted = rates.analysed;
  const time = (...names) => {
    const known = names.filter((name) => name in stages);
    return known.length === 0 ? null : `${known.reduce((sum, name) => sum + stages[name], 0).toFixed(1)} ms`;
  };
  const nodes = {
    frames: node(20, MAIN, "frames", "topic"),
    check: node(196, MAIN, "check", "step", time("decode")),
    admit: node(352, MAIN, "admit", "step"),
    detect: node(508, MAIN, "detect", "step", time("frame", "support", "detect")),
    track: node(664, MAIN, "track", "step"),
    rules: node(820, MAIN - 66, "rules", "step"),
    recognize: node(508, LOW, "recognize", "step", time("clip", "recognize")),
    detections: node(996, MAIN, "detections", "topic"),
    events: node(996, MAIN - 66, "events", "topic"),
    actions: node(996, LOW, "actions", "topic"),
    dead: node(196, LOW, "dead letters", "topic fault"),
    skipped: node(352, LOW, "skipped", "topic"),
  };
  const edges = [
    across(nodes.frames, nodes.check, frames),
    across(nodes.check, nodes.admit, null),
    across(nodes.admit, nodes.detect, admitted),
    across(nodes.detect, nodes.track, null),
    across(nodes.track, nodes.detections, admitted),
    down(nodes.check, nodes.dead, rates.dead_letters),
    down(nodes.admit, nodes.skipped, rates.skipped),
    bend(nodes.admit, nodes.recognize),
    up(nodes.track, nodes.rules),
    across(nodes.rules, nodes.events, rates.events),
    across(nodes.recognize, nodes.actions, rates.clips),
  ];
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "topology", role: "img", "aria-label": description(rates) },
    svg(
      "defs",
      {},
      svg(
        "marker",
        { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
        svg("path", { d: "M0 0 8 4 0 8z" }),
      ),
    ),
    edges,
    Object.values(nodes).map((each) => each.element),
  );
}

function description(rates) {
  return (
    `${rate(rates.frames)} frames come, ${rate(rates.analysed)} are analysed, ${rate(rates.skipped)} skipped, ` +
    `${rate(rates.dead_letters)} become dead letters; ${rate(rates.clips)} actions, ${rate(rates.events)} events`
  );
}

function node(x, y, name, kind, time = null) {
  const middle = y + BOX.height / 2;
  return {
    x,
    y,
    element: svg(
      "g",
      { class: `node ${kind}` },
      svg("rect", { x, y, width: BOX.width, height: BOX.height, rx: kind.startsWith("topic") ? 22 : 6 }),
      svg("text", { x: x + BOX.width / 2, y: time ? middle - 3 : middle + 5, "text-anchor": "middle" }, name),
      time ? svg("text", { x: x + BOX.width / 2, y: middle + 14, "text-anchor": "middle", class: "time" }, time) : null,
    ),
  };
}

function edge(d, label, x, y, anchor) {
  return svg(
    "g",
    { class: "edge" },
    svg("path", { d, "marker-end": "url(#arrow)" }),
    label === null ? null : svg("text", { x, y, "text-anchor": anchor }, label === undefined ? "unknown" : rate(label)),
  );
}

/** label: times per second, null for none. */
function across(from, to, perSecond) {
  const x = from.x + BOX.width;
  const fromY = from.y + BOX.height / 2;
  return edge(`M${x} ${fromY} H${to.x - 2}`, perSecond, (x + to.x) / 2, fromY - 8, "middle");
}

function down(from, to, perSecond) {
  const x = from.x + BOX.width / 2;
  const y = from.y + BOX.height;
  return edge(`M${x} ${y} V${to.y - 2}`, perSecond, x + 8, (y + to.y) / 2 + 4, "start");
}

function up(from, to) {
  const x = from.x + BOX.width / 2;
  return edge(`M${x} ${from.y} V${to.y + BOX.height / 2} H${to.x - 2}`, null);
}

function bend(from, to) {
  const x = from.x + BOX.width + 24;
  const y = to.y + BOX.height / 2;
  return edge(`M${x} ${from.y + BOX.height / 2} V${y} H${to.x - 2}`, null);
}
