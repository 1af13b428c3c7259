// The frame of the console: picks the view that the address names. A view is a module with mount(root, params), which fills root
// and returns a function that ends it.

import { feed } from "./feed.js";
import * as camera from "./views/camera.js";
import * as cameras from "./views/cameras.js";
import * as service from "./views/service.js";
import * as wall from "./views/wall.js";
import * as why from "./views/why.js";

const VIEWS = [
  { pattern: /^#\/$/, view: wall, title: () => "Wall" },
  { pattern: /^#\/cameras$/, view: cameras, title: () => "Cameras" },
  { pattern: /^#\/cameras\/([^/]+)$/, view: cameras, title: (params) => params.id, params: ([id]) => ({ id }) },
  { pattern: /^#\/camera\/([^/]+)$/, view: camera, title: (params) => params.id, params: ([id]) => ({ id }) },
  { pattern: /^#\/service$/, view: service, title: () => "Service" },
  {
    pattern: /^#\/why\/([^/]+)\/(\d+)\/(\d+)\/(\d+)$/,
    view: why,
    title: () => "Why",
    params: ([camera, epoch, sequence, box]) => ({ camera, epoch, sequence, box }),
  },
  {
    pattern: /^#\/why-action\/([^/]+)\/(\d+)\/(\d+)$/,
    view: why,
    title: () => "Why",
    params: ([camera, epoch, end]) => ({ camera, epoch, end }),
  },
];

const root = document.getElementById("view");
const connection = document.getElementById("connection");
let unmount = () => {};

feed.onConnection((connected) => {
  connection.textContent = connected ? "connected" : "not connected, trying again";
  connection.classList.toggle("connected", connected);
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  root.focus();
});
window.addEventListener("hashchange", show);
show();

function show() {
  const hash = location.hash || "#/";
  const route = VIEWS.find(({ pattern }) => pattern.test(hash));
  if (!route) {
    location.replace("#/");
    return;
  }
  const params = route.params?.(route.pattern.exec(hash).slice(1).map(decoded)) ?? {};
  unmount();
  root.replaceChildren();
  root.className = "";
  document.title = `${route.title(params)} · Vigil`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === hash) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  unmount = route.view.mount(root, params) ?? (() => {});
}

/** A part of the address; as it stands where it is not encoded as it should be. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
