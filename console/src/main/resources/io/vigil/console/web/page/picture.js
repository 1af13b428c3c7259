// A canvas with a frame and the boxes of exactly that frame.

import { track } from "./format.js";

const COLOURS = ["#5eead4", "#fbbf24", "#a78bfa", "#fb7185", "#60a5fa", "#a3e635", "#f472b6", "#fb923c"];
const GROUND = "#0b0f14";
const LEAST_WIDTH = 320;
const MOST_WIDTH = 1920;
const FONT = '"DejaVu Sans", system-ui, sans-serif';

const labelColours = new Map();

/** The colour of a label, the same in every view. */
export function colourOf(label) {
  if (!labelColours.has(label)) {
    labelColours.set(label, COLOURS[labelColours.size % COLOURS.length]);
  }
  return labelColours.get(label);
}

export class PictureCanvas {
  /** Draws on canvas; wants(box) chooses the boxes that are drawn. */
  constructor(canvas, wants = () => true) {
    this.canvas = canvas;
    this.wants = wants;
  }

  /** Draws a picture of the frame that header tells of; its pixels need not be as many as the frame's. */
  show(header, picture) {
    const { canvas } = this;
    const width = this.#width(picture);
    const height = Math.round((picture.height * width) / picture.width);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext("2d", { alpha: false });
    context.drawImage(picture, 0, 0, width, height);
    const scale = width / header.width;
    const pixel = Math.max(1, width / Math.max(1, canvas.clientWidth));
    const boxes = header.boxes.filter(this.wants);
    boxes.forEach((box) => outline(context, box, scale, pixel));
    // the best box comes first: its label goes on top
    [...boxes].reverse().forEach((box) => label(context, box, scale, pixel));
    canvas.dataset.epoch = header.epoch;
    canvas.dataset.sequence = header.sequence;
    canvas.dataset.captureTimeUs = header.capture_time_us;
    canvas.dataset.boxes = JSON.stringify(boxes);
  }

  /** As many pixels as the screen shows, so that small tiles cost little and labels are sharp. */
  #width(picture) {
    const shown = Math.round(this.canvas.clientWidth * window.devicePixelRatio);
    return shown > 0 ? Math.min(Math.max(shown, LEAST_WIDTH), MOST_WIDTH) : picture.width;
  }
}

function outline(context, box, scale, pixel) {
  context.lineWidth = 2 * pixel;
  context.strokeStyle = colourOf(box.label);
  context.strokeRect(box.x * scale, box.y * scale, box.w * scale, box.h * scale);
}

function label(context, box, scale, pixel) {
  const score = Math.round(box.score * 100);
  const text = box.track_id ? `${box.label} ${score} #${track(box.track_id)}` : `${box.label} ${score}`;
  context.font = `600 ${11 * pixel}px ${FONT}`;
  context.textBaseline = "middle";
  const height = 15 * pixel;
  const width = context.measureText(text).width + 8 * pixel;
  const x = Math.max(0, Math.min(box.x * scale - pixel, context.canvas.width - width));
  const top = box.y * scale;
  const y = top >= height ? top - height : top;
  context.fillStyle = colourOf(box.label);
  context.fillRect(x, y, width, height);
  context.fillStyle = GROUND;
  context.fillText(text, x + 4 * pixel, y + height / 2);
}
