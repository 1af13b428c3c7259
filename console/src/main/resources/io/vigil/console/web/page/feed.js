// The socket of live pictures. A picture is: header length (4 bytes), header (JSON), JPEG. Every picture is acknowledged once it is
// drawn; until then the server keeps only the newest next one of its camera.

const RECONNECT_MS = 1000;

class Feed {
  #socket = null;
  #watches = new Map();
  #connectionListeners = new Set();
  #stateListeners = new Set();
  #states = [];

  constructor() {
    this.#connect();
  }

  /**
   * Calls show(header, picture) for each picture of these cameras, "all" or a list of ids, until the returned function is called.
   * The picture is an ImageBitmap that is closed after the call.
   */
  watch(cameras, show) {
    const key = Symbol();
    this.#watches.set(key, { cameras, show });
    this.#wish();
    return () => {
      this.#watches.delete(key);
      this.#wish();
    };
  }

  /** Calls listener(connected) now and whenever it changes. */
  onConnection(listener) {
    this.#connectionListeners.add(listener);
    listener(this.#open);
    return () => this.#connectionListeners.delete(listener);
  }

  /** Calls listener(cameras) now and about every second: what each known camera does. */
  onStates(listener) {
    this.#stateListeners.add(listener);
    listener(this.#states);
    return () => this.#stateListeners.delete(listener);
  }

  get #open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#wish();
      this.#connectionListeners.forEach((listener) => listener(true));
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") {
        this.#states = JSON.parse(data).cameras;
        this.#stateListeners.forEach((listener) => listener(this.#states));
      } else {
        this.#receive(socket, data);
      }
    };
    socket.onclose = () => {
      this.#connectionListeners.forEach((listener) => listener(false));
      setTimeout(() => this.#connect(), RECONNECT_MS);
    };
    this.#socket = socket;
  }

  #wish() {
    const wanted = [...this.#watches.values()].map((watch) => watch.cameras);
    this.#send(this.#socket, { watch: wanted.includes("all") ? "all" : [...new Set(wanted.flat())] });
  }

  #send(socket, message) {
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(JSON.stringify(message));
    }
  }

  async #receive(socket, data) {
    const headerLength = new DataView(data).getInt32(0);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, headerLength)));
    try {
      const picture = await createImageBitmap(new Blob([new Uint8Array(data, 4 + headerLength)], { type: "image/jpeg" }));
      await new Promise(requestAnimationFrame);
      for (const { cameras, show } of this.#watches.values()) {
        if (cameras === "all" || cameras.includes(header.camera)) {
          show(header, picture);
        }
      }
      picture.close();
    } catch (error) {
      console.warn(`${header.camera}: frame ${header.sequence} cannot be shown`, error);
    }
    this.#send(socket, { shown: header.camera });
  }
}

export const feed = new Feed();
