// How the service does: rates, frame accounting, lag, models, processes, dead letters.

import { getJson, getText, post } from "../api.js";
import { el } from "../dom.js";
import { bytes, clock, count, span } from "../format.js";
import { topology } from "../topology.js";

const REFRESH_MS = 2000;

export function mount(root) {
  const view = new ServiceView(root);
  return () => view.end();
}

class ServiceView {
  #letters = new Map();
  #timer = null;
  #ended = false;

  constructor(root) {
    root.className = "service-view";
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.picture = el("div", { class: "scroll" });
    this.accounts = el("div", { class: "scroll" });
    this.group = el("div", {});
    this.models = el("div", {});
    this.processes = el("div", {});
    this.letters = el("div", { class: "letters" }, el("p", { class: "quiet" }, "loading"));
    root.append(
      el("h1", {}, "Service"),
      this.problem,
      card("Way of a frame", this.picture, "wide"),
      card("What became of the frames", this.accounts, "wide"),
      card("Lag", this.group),
      card("Models", this.models),
      card("Processes", this.processes),
      card("Dead letters", this.letters, "wide"),
    );
    this.#refresh();
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  async #refresh() {
    try {
      const [service, letters] = await Promise.all([getJson("/api/service"), getJson("/api/dead-letters")]);
      this.problem.hidden = true;
      this.#show(service);
      this.#showLetters(letters);
    } catch (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
    }
    if (!this.#ended) {
      this.#timer = setTimeout(() => this.#refresh(), REFRESH_MS);
    }
  }

  #show(service) {
    this.picture.replaceChildren(topology(service.per_s, service.stage_ms));
    this.accounts.replaceChildren(accounts(service));
    this.group.replaceChildren(...lag(service.group));
    this.models.replaceChildren(models(service.models));
    this.processes.replaceChildren(...processes(service.processes));
  }

  /** Only what is new is made, so that an opened letter stays open. */
  #showLetters(letters) {
    if (letters.length === 0) {
      this.letters.replaceChildren(el("p", { class: "quiet" }, "None."));
      return;
    }
    const known = this.#letters;
    this.#letters = new Map(
      letters.map((letter) => {
        const key = `${letter.partition}/${letter.offset}`;
        return [key, known.get(key) ?? deadLetter(letter, key)];
      }),
    );
    const elements = [...this.#letters.values()];
    if (elements.length !== this.letters.children.length || elements.some((each, i) => each !== this.letters.children[i])) {
      this.letters.replaceChildren(...elements);
    }
  }
}

function card(title, content, width = "") {
  return el("section", { class: `card ${width}` }, el("h2", {}, title), content);
}

function table(heads, rows, foot = null) {
  const cells = (row, tag) => row.map((cell, i) => el(tag, i === 0 ? { scope: "row" } : { class: "figure" }, cell));
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, cells(row, "td")))),
    foot ? el("tfoot", {}, el("tr", {}, cells(foot, "td"))) : null,
  );
}

function accounts({ cameras, since_ms: since, strangers }) {
  const row = (camera) => [
    camera.camera,
    count(camera.captured),
    count(camera.analysed),
    el("span", { title: reasons(camera.skipped_by_reason) }, count(camera.skipped)),
    count(camera.dropped),
    count(camera.dead_letters),
  ];
  const sum = (key) => cameras.reduce((total, camera) => total + camera[key], 0);
  const why = {};
  cameras.forEach(({ skipped_by_reason: each }) =>
    Object.entries(each).forEach(([reason, number]) => {
      why[reason] = (why[reason] ?? 0) + number;
    }),
  );
  const repeated = sum("repeated");
  return el(
    "div",
    {},
    table(
      ["Camera", "Captured", "= analysed", "+ skipped", "+ dropped", "+ dead letters"],
      cameras.map(row),
      ["All", ...["captured", "analysed", "skipped", "dropped", "dead_letters"].map((key) => count(sum(key)))],
    ),
    el(
      "p",
      { class: "quiet note" },
      [
        `Outcomes since ${clock(since)}.`,
        Object.keys(why).length > 0 ? `Skipped: ${reasons(why)}.` : "",
        "Dropped are the numbers between a stream's first and last outcome that have none.",
        repeated > 0 ? `${count(repeated)} records were of frames that had an outcome already.` : "",
        strangers > 0 ? `${count(strangers)} dead letters are of no known camera.` : "",
      ].join(" "),
    ),
  );
}

function reasons(byReason) {
  const parts = Object.entries(byReason).map(([reason, number]) => `${count(number)} ${words(reason)}`);
  return parts.length > 0 ? parts.join(", ") : "none";
}

function words(name) {
  return name.toLowerCase().replaceAll("_", " ");
}

function lag(group) {
  const state = group.state ? `${group.state.toLowerCase()}, ${group.members} stream threads` : "unknown to the cluster";
  const head = el("p", {}, el("strong", {}, group.id), ` ${state}`);
  if (group.partitions.length === 0) {
    return [head, el("p", { class: "quiet" }, "The cluster does not tell the lag.")];
  }
  const most = Math.max(20, ...group.partitions.map((partition) => partition.lag ?? 0));
  const used = group.partitions.filter(({ end }) => end > 0);
  const empty = group.partitions.length - used.length;
  const rows = used.map(({ partition, lag: records }) => {
    const label = `lag of partition ${partition}`;
    const bar = el("meter", { min: 0, max: most, high: most * 0.8, value: records ?? 0, "aria-label": label });
    return [`partition ${partition}`, bar, records === null ? "unknown" : `${count(records)} behind`];
  });
  return [
    head,
    rows.length > 0 ? table(["Partition", "", "Records"], rows) : null,
    empty > 0 ? el("p", { class: "quiet note" }, `${count(empty)} of ${count(group.partitions.length)} partitions are empty.`) : null,
  ].filter((part) => part !== null);
}

function models(seen) {
  if (seen.length === 0) {
    return el("p", { class: "quiet" }, "No results so far.");
  }
  return table(
    ["Package", "Version", "Results", "Last"],
    seen.map(({ role, name, version, results, last_ms: last }) => [
      el("span", { title: role }, name),
      version,
      count(results),
      `${span(Date.now() - last)} ago`,
    ]),
  );
}

function processes(found) {
  if (found.length === 0) {
    return [el("p", { class: "quiet" }, "Unknown: the console was not told where metrics are (--service-metrics).")];
  }
  return found.map((each) => {
    if (each.problem) {
      return el("p", { class: "problem" }, each.problem);
    }
    const known = (value, write) => (value === null ? "unknown" : write(value));
    const rows = [
      ["Memory", known(each.memory_bytes, bytes)],
      ["CPU", known(each.cpu, (share) => `${Math.round(share * 100)} % of the host`)],
      ["Running for", known(each.uptime_s, (seconds) => span(seconds * 1000))],
      ["Support frames in the window", known(each.window_fill, (ratio) => `${Math.round(ratio * 100)} %`)],
      ["State to restore", known(each.restore_remaining_records, (records) => `${count(records)} records`)],
    ];
    const stores = Object.entries(each.store_keys);
    rows.push(
      ...(stores.length > 0
        ? stores.map(([store, keys]) => [`Store ${store}`, `about ${count(keys)} keys`])
        : [["State stores", "unknown"]]),
    );
    return el("table", { class: "pairs" }, rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "figure" }, value))));
  });
}

function deadLetter(letter, key) {
  const { topic, partition, offset } = letter.origin;
  const path = `/api/dead-letters/${key}`;
  const content = el("div", { class: "letter" });
  const details = el(
    "details",
    { ontoggle: () => details.open && content.childElementCount === 0 && open(content, letter, path) },
    el(
      "summary",
      {},
      el("span", { class: "figure" }, clock(letter.time_ms)),
      el("strong", {}, words(letter.reason)),
      el("span", {}, letter.camera ?? "no camera"),
      el("span", { class: "quiet message" }, letter.message),
    ),
    el(
      "p",
      { class: "quiet" },
      `${topic}-${partition} offset ${offset}, ${letter.value_size < 0 ? "no value" : bytes(letter.value_size)}. ${letter.message}`,
    ),
    content,
  );
  return details;
}

function open(content, letter, path) {
  if (!letter.has_bytes) {
    content.append(el("p", { class: "quiet" }, "The record's bytes were not kept, so it cannot be sent again."));
    return;
  }
  const dump = el("pre", { tabindex: 0, "aria-label": "First bytes" });
  const picture = el("img", { src: `${path}/picture`, alt: `The broken picture of ${letter.camera ?? "no camera"}`, onerror: () => picture.remove() });
  const answer = el("span", { role: "status" });
  const button = el("button", { onclick: () => redrive(button, answer, letter, path) }, "Send again");
  content.append(picture, dump, el("p", {}, button, answer));
  getText(`${path}/bytes`).then(
    (text) => (dump.textContent = text),
    (error) => (dump.textContent = error.message),
  );
}

async function redrive(button, answer, letter, path) {
  const { topic, partition, offset } = letter.origin;
  if (!confirm(`Send the record of ${topic}-${partition} offset ${offset} to ${topic} again?`)) {
    return;
  }
  button.disabled = true;
  try {
    const sent = await post(`${path}/redrive`);
    answer.textContent = `sent again: ${sent.topic}-${sent.partition} offset ${sent.offset}`;
  } catch (error) {
    button.disabled = false;
    answer.textContent = error.message;
  }
}
