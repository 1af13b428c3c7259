// Shows each camera's newest analysed picture. A message is: header length (4 bytes), header (JSON), JPEG.
// Every picture is acknowledged once it is drawn; until then the server keeps only the newest next one.

const STALE_AFTER_MS = 5000;
const RECONNECT_MS = 1000;
const UNSURE_BELOW = 0.5;
const COLOURS = ["#5eead4", "#fbbf24", "#a78bfa", "#fb7185", "#60a5fa", "#a3e635", "#f472b6", "#fb923c"];

const tiles = new Map();
const labelColours = new Map();
const status = document.getElementById("status");

connect();
setInterval(() => tiles.forEach((tile) => tile.age()), 1000);

function connect() {
  const socket = new WebSocket(`ws://${location.host}/live`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => say("live", true);
  socket.onmessage = (message) => receive(socket, message.data);
  socket.onclose = () => {
    say("not connected, trying again", false);
    setTimeout(connect, RECONNECT_MS);
  };
}

function say(text, live) {
  status.textContent = text;
  status.classList.toggle("live", live);
}

async function receive(socket, data) {
  const headerLength = new DataView(data).getInt32(0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, headerLength)));
  try {
    const picture = await createImageBitmap(new Blob([new Uint8Array(data, 4 + headerLength)], { type: "image/jpeg" }));
    await new Promise(requestAnimationFrame);
    tileOf(header.camera).show(header, picture);
    picture.close();
  } catch (error) {
    console.warn(`${header.camera}: frame ${header.sequence} cannot be shown`, error);
  }
  if (socket.readyState === WebSocket.OPEN) {
    socket.send(header.camera);
  }
}

function tileOf(camera) {
  if (!tiles.has(camera)) {
    tiles.set(camera, new Tile(camera));
    const sorted = [...tiles.keys()].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
    document.getElementById("cameras").replaceChildren(...sorted.map((id) => tiles.get(id).element));
  }
  return tiles.get(camera);
}

function colourOf(label) {
  if (!labelColours.has(label)) {
    labelColours.set(label, COLOURS[labelColours.size % COLOURS.length]);
  }
  return labelColours.get(label);
}

class Tile {
  constructor(camera) {
    this.element = document.getElementById("camera").content.firstElementChild.cloneNode(true);
    this.element.dataset.camera = camera;
    this.element.querySelector("h2").textContent = camera;
    this.element.querySelector("h2").title = camera;
    this.canvas = this.element.querySelector("canvas");
    this.action = this.element.querySelector(".action");
    this.vitals = this.element.querySelector(".vitals");
    this.shownAt = performance.now();
  }

  show(header, picture) {
    if (this.canvas.width !== picture.width || this.canvas.height !== picture.height) {
      this.canvas.width = picture.width;
      this.canvas.height = picture.height;
    }
    const context = this.canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    header.boxes.forEach((box) => this.outline(context, box));
    // the best box comes first: its label goes on top
    [...header.boxes].reverse().forEach((box) => this.label(context, box));

    this.shownAt = performance.now();
    this.element.classList.remove("stale");
    this.canvas.dataset.epoch = header.epoch;
    this.canvas.dataset.sequence = header.sequence;
    this.canvas.dataset.boxes = JSON.stringify(header.boxes);
    this.action.textContent = header.action
      ? `${header.action.label} ${Math.round(header.action.score * 100)} %`
      : "";
    this.action.classList.toggle("unsure", header.action?.score < UNSURE_BELOW);
    this.vitals.textContent = `${header.fps.toFixed(1)} frames/s · ${header.latency_ms} ms`;
  }

  unit() {
    return Math.max(1, this.canvas.width / 400);
  }

  outline(context, box) {
    context.lineWidth = 1.5 * this.unit();
    context.strokeStyle = colourOf(box.label);
    context.strokeRect(box.x, box.y, box.w, box.h);
  }

  label(context, box) {
    const unit = this.unit();
    const text = `${box.label} ${Math.round(box.score * 100)}`;
    context.font = `600 ${7.5 * unit}px system-ui, "DejaVu Sans", sans-serif`;
    context.textBaseline = "middle";
    const height = 10 * unit;
    const width = context.measureText(text).width + 6 * unit;
    const x = Math.min(Math.max(0, box.x - 0.75 * unit), this.canvas.width - width);
    const y = box.y >= height ? box.y - height : box.y;
    context.fillStyle = colourOf(box.label);
    context.fillRect(x, y, width, height);
    context.fillStyle = "#0b0f14";
    context.fillText(text, x + 3 * unit, y + height / 2);
  }

  age() {
    const silent = performance.now() - this.shownAt;
    if (silent > STALE_AFTER_MS) {
      this.element.classList.add("stale");
      this.vitals.textContent = `no picture for ${Math.round(silent / 1000)} s`;
    }
  }
}
