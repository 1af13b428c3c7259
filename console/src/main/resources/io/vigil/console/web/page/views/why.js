// Why something was found: the RoI and what the support frames gave to it, or the clip and what the temporal modules made of it.

import { el, svg } from "../dom.js";
import { clock, percent, track } from "../format.js";

const CHANNELS_SHOWN = 96;
const TAPS = ["previous", "current", "next"];

/** Where the page tells why the box, one of header.boxes, was found. */
export function whyLink(header, box) {
  const number = header.boxes.indexOf(box);
  return `#/why/${encodeURIComponent(header.camera)}/${header.epoch}/${header.sequence}/${number}`;
}

/** Where the page tells why the action of the clip that ends at endTimeUs was seen. */
export function whyActionLink(camera, epoch, endTimeUs) {
  return `#/why-action/${encodeURIComponent(camera)}/${epoch}/${endTimeUs}`;
}

export function mount(root, params) {
  const asking = new AbortController();
  const camera = encodeURIComponent(params.camera);
  const path = params.end
    ? `api/why/actions/${camera}/${params.epoch}/${params.end}`
    : `api/why/detections/${camera}/${params.epoch}/${params.sequence}/${params.box}`;
  root.classList.add("why");
  root.setAttribute("aria-busy", "true");
  root.append(el("p", { class: "hint", role: "status" }, "The models look at it once more."));
  ask(path, asking.signal)
    .then((answer) => root.replaceChildren(...(params.end ? action(answer) : detection(answer))))
    .catch((refusal) => {
      if (!asking.signal.aborted) {
        root.replaceChildren(el("h1", {}, "Why?"), el("p", { class: "hint", role: "alert" }, refusal.message));
      }
    })
    .finally(() => root.removeAttribute("aria-busy"));
  return () => asking.abort();
}

async function ask(path, signal) {
  const response = await fetch(path, { signal });
  const answer = await response.json().catch(() => ({
    error: response.status === 404 ? "Nobody is asked here: start the console with --service-url." : `no answer: status ${response.status}`,
  }));
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

// a detection

function detection(answer) {
  const most = Math.max(answer.own.mean, ...answer.supports.map((support) => support.attention.mean));
  const heaviest = Math.max(...answer.supports.flatMap((support) => support.points.map((point) => point.weight)));
  const supports = answer.supports.map((support, number) => {
    const isKey = number === answer.supports.length - 1;
    const points = [...support.points].sort((a, b) => a.weight - b.weight);
    return panel(
      picture(answer, support.frame, points.map((point) => dot(point, heaviest, answer.width))),
      isKey ? "key frame" : ago(support.frame, answer.key),
      support.attention,
      most,
    );
  });
  return [
    title(
      `Why ${answer.label} ${percent(answer.score)}?`,
      answer,
      `frame ${answer.key.sequence} at ${clock(answer.key.capture_time_us / 1000)}`,
      answer.track_id ? `track ${track(answer.track_id)}` : null,
    ),
    el(
      "div",
      { class: "why-key" },
      panel(picture(answer, answer.key, [...roi(answer), frameOf(answer.box, "box")]), "the RoI itself", answer.own, most),
      el(
        "p",
        { class: "quiet" },
        "The dashed frame is the RoI, the proposal that the detector looked at, with its bins; the solid one is the box it made of it. ",
        "In every support frame each bin finds the points that are most like it. A point is the brighter and larger, the more of the ",
        "RoI's features came from there. The bar says how much attention a frame got, the four small ones the same for each block of channels. ",
        "The attention to the RoI itself and to all frames sums to 100 %.",
      ),
    ),
    el("h2", {}, `Support frames, oldest first`),
    el("div", { class: "why-strip" }, ...supports),
  ];
}

function title(question, answer, ...facts) {
  const told = [answer.camera, ...facts, `${answer.model_name} ${answer.model_version}`].filter((fact) => fact !== null);
  return el("header", { class: "why-title" }, el("h1", {}, question), el("p", { class: "quiet figure" }, told.join(" · ")));
}

function panel(image, caption, attention, most) {
  return el(
    "figure",
    { "data-attention": attention.mean },
    image,
    el("figcaption", {}, el("span", {}, caption), el("span", { class: "figure" }, percentOf(attention.mean))),
    bars([attention.mean], most, 10, `attention ${percentOf(attention.mean)}`),
    bars(attention.blocks, most, 16, `per block ${attention.blocks.map(percentOf).join(", ")}`),
  );
}

/** A share with enough digits to tell small ones apart. */
function percentOf(share) {
  return `${(share * 100).toFixed(1)} %`;
}

function ago(frame, key) {
  return `${((frame.capture_time_us - key.capture_time_us) / 1e6).toFixed(1)} s`;
}

function picture(answer, frame, marks) {
  return svg(
    "svg",
    { viewBox: `0 0 ${answer.width} ${answer.height}`, class: "why-picture", role: "img", "aria-label": `frame ${frame.sequence}` },
    svg("image", { href: source(answer, frame), width: answer.width, height: answer.height }),
    ...marks,
  );
}

function source(answer, frame) {
  return `api/why/frames/${encodeURIComponent(answer.camera)}/${frame.offset}`;
}

function frameOf({ x1, y1, x2, y2 }, kind) {
  return svg("rect", { class: `why-${kind}`, x: x1, y: y1, width: x2 - x1, height: y2 - y1 });
}

function roi(answer) {
  const { x1, y1, x2, y2 } = answer.roi;
  const marks = [frameOf(answer.roi, "roi")];
  for (let row = 0; row < answer.bins; row++) {
    for (let column = 0; column < answer.bins; column++) {
      const cx = x1 + ((column + 0.5) * (x2 - x1)) / answer.bins;
      const cy = y1 + ((row + 0.5) * (y2 - y1)) / answer.bins;
      marks.push(svg("circle", { class: "why-bin", cx, cy, r: answer.width / 400 }));
    }
  }
  return marks;
}

function dot(point, heaviest, width) {
  const share = Math.sqrt(point.weight / heaviest);
  return svg(
    "circle",
    { class: "why-point", cx: point.x, cy: point.y, r: (width / 190) * (0.7 + share), fill: heat(share) },
    svg("title", {}, `${percentOf(point.weight)} of the features; cosine ${point.similarity.toFixed(2)}`),
  );
}

/** From violet over rose to light yellow; share from 0 to 1. Brightness grows with it, so it reads without colours, too. */
function heat(share) {
  return `hsl(${Math.round(275 + 140 * share) % 360} 92% ${Math.round(42 + 30 * share)}%)`;
}

function bars(values, most, height, text) {
  const gap = 1.5;
  const step = height / values.length;
  return svg(
    "svg",
    { viewBox: `0 0 100 ${height}`, preserveAspectRatio: "none", class: "why-bars", height, role: "img", "aria-label": text },
    ...values.flatMap((value, number) => [
      svg("rect", { class: "why-rail", x: 0, y: number * step, width: 100, height: step - gap }),
      svg("rect", { class: "why-bar", x: 0, y: number * step, width: (100 * value) / most, height: step - gap }),
    ]),
  );
}

// an action

function action(answer) {
  const best = answer.actions[0];
  return [
    title(
      `Why ${best.label} ${percent(best.score)}?`,
      answer,
      `clip of ${((answer.end_time_us - answer.start_time_us) / 1e6).toFixed(1)} s until ${clock(answer.end_time_us / 1000)}`,
    ),
    el(
      "p",
      { class: "quiet" },
      `Next best: ${answer.actions.slice(1, 4).map((next) => `${next.label} ${percent(next.score)}`).join(", ")}. `,
      "Every block of the network weighs the frames (importance, drawn from the block's least to its greatest), then mixes each frame with ",
      "the one before and the one after by a kernel that it makes for this clip: one per channel, the bars are their mean.",
    ),
    el(
      "div",
      { class: "why-clip" },
      el("span", { class: "quiet" }, "frames"),
      el("div", { class: "why-frames" }, ...answer.frames.map((frame) => still(answer, frame))),
      el("span", { class: "quiet" }, "kernel"),
      ...answer.blocks.flatMap((block) => [
        el("h2", {}, block.name.replace("_", ".")),
        importance(block),
        kernel(block),
      ]),
    ),
  ];
}

function still(answer, frame) {
  const before = ((frame.capture_time_us - answer.end_time_us) / 1e6).toFixed(1);
  return el("figure", {}, el("img", { src: source(answer, frame), alt: `frame ${frame.sequence}` }), el("figcaption", { class: "figure" }, `${before} s`));
}

function importance(block) {
  const least = Math.min(...block.importance);
  const range = Math.max(...block.importance) - least || 1;
  const step = 100 / block.importance.length;
  return svg(
    "svg",
    {
      viewBox: "0 0 100 40",
      preserveAspectRatio: "none",
      class: "why-importance",
      role: "img",
      "aria-label": `importance ${block.importance.map((value) => value.toFixed(3)).join(", ")}`,
      "data-importance": JSON.stringify(block.importance),
    },
    ...block.importance.map((value, number) => {
      const height = 3 + (36 * (value - least)) / range;
      return svg(
        "rect",
        { class: "why-bar", x: number * step + 0.6, y: 40 - height, width: step - 1.2, height },
        svg("title", {}, value.toFixed(3)),
      );
    }),
  );
}

/** The mean kernel as bars; beside it a column for each channel, the brighter the heavier. */
function kernel(block) {
  const channels = block.kernels.slice(0, CHANNELS_SHOWN);
  const column = 120 / channels.length;
  return svg(
    "svg",
    {
      viewBox: "0 0 200 42",
      class: "why-kernel",
      role: "img",
      "aria-label": `kernel ${block.kernel.map((weight, tap) => `${TAPS[tap]} ${weight.toFixed(2)}`).join(", ")}`,
    },
    ...block.kernel.flatMap((weight, tap) => [
      svg("rect", { class: "why-rail", x: 0, y: 14 * tap, width: 50, height: 11 }),
      svg("rect", { class: "why-bar", x: 0, y: 14 * tap, width: 50 * weight, height: 11 }, svg("title", {}, TAPS[tap])),
      svg("text", { class: "why-weight", x: 54, y: 14 * tap + 9 }, weight.toFixed(2)),
    ]),
    ...channels.flatMap((taps, channel) =>
      taps.map((weight, tap) =>
        svg("rect", { x: 78 + column * channel, y: 14 * tap, width: column + 0.1, height: 11, fill: heat(Math.min(1, weight)) }),
      ),
    ),
  );
}
