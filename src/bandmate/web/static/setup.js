// Set-up: the bands' sensors, the sound, the ways out. The conversation is in `talk.js`.

import { showReply } from "./controls.js";
import { element, setAttribute, setText, show } from "./dom.js";
import { isLed } from "./model.js";
import { drawTalk, wireTalk } from "./talk.js";
import words, { put } from "./text.js";

const root = document.getElementById("view-setup");
const all = (selector) => root.querySelectorAll(selector);
const byId = (id) => document.getElementById(id);
const rows = new Map();

export function wireSetup(ask, sound) {
  const send = (what) => {
    if (!ask(what)) showReply(words.live.not_sent, false);
  };
  const setUp = (setup) => send({ do: "setup", setup });
  wireTalk(setUp);
  byId("setup-find").onclick = () => setUp({ ask: "pair" });
  byId("setup-bands").onclick = ({ target }) => {
    const { tare, count } = target.dataset;
    if (tare) send({ do: "tare", band: tare });
    if (count) setUp({ ask: "count", band: count });
  };
  for (const button of all("[data-here]")) button.onclick = () => sound.test(button.dataset.here);
  for (const button of all("[data-host]")) {
    button.onclick = () => setUp({ ask: "test", part: "sound", tone: button.dataset.host });
  }
  for (const button of all("[data-test]")) {
    button.onclick = () => setUp({ ask: "test", part: button.dataset.test });
  }
}

// What a tare came to is told as an event.
export function hearSetup(message) {
  if (message.type !== "event" || message.event !== "tared") return;
  const { band, zero_n: zero, refused } = message;
  const row = rows.get(band);
  if (!row) return;
  if (refused) setText(row.answer, put(words.setup.not_zeroed, { reason: refused }));
  else if (zero === null) setText(row.answer, words.setup.zeroed_pose);
  else setText(row.answer, put(words.setup.zeroed, { zero: zero.toFixed(1) }));
}

export function drawSetup(model, silent) {
  if (root.hidden) return;
  const busy = isLed(model) || model.bands.some((band) => band.phase !== "idle");
  const talks = model.setup?.state === "running";
  show(byId("setup-busy"), busy);
  drawTalk(model.setup, silent);
  drawBands(model.bands, busy || talks || silent);
  byId("setup-find").disabled = busy || talks || silent;
  for (const button of all("[data-host], [data-test]")) button.disabled = busy || silent;
  drawWays(model);
}

function drawBands(bands, disabled) {
  show(byId("setup-no-sensor"), bands.length === 0);
  const names = bands.map(({ band }) => band);
  for (const [name, row] of rows) {
    if (names.includes(name)) continue;
    row.root.remove();
    rows.delete(name);
  }
  for (const band of bands) {
    if (!rows.has(band.band)) rows.set(band.band, new Row(band.band));
    rows.get(band.band).draw(band, disabled);
  }
}

class Row {
  answer = element("p", "came-to");
  #state = element("p", "hint");
  #tare = element("button", "", words.setup.tare);
  #count = element("button", "", words.setup.count);

  constructor(name) {
    const verbs = [["tare", this.#tare], ["count", this.#count]];
    for (const [verb, button] of verbs) {
      button.type = "button";
      button.dataset[verb] = name;
      setAttribute(button, "aria-label", put(words.setup[`${verb}_label`], { band: name }));
    }
    setAttribute(this.answer, "role", "status");
    const buttons = element("div", "row", this.#tare, this.#count);
    this.root = element("li", "", element("h4", "", name), this.#state, this.answer, buttons);
    byId("setup-bands").append(this.root);
  }

  draw(band, disabled) {
    setText(this.#state, `${words.links[band.link]}. ${band.link_text}`);
    this.#tare.disabled = disabled || !band.available;
    this.#count.disabled = disabled || !band.available;
  }
}

function drawWays({ sinks, setup }) {
  for (const way of all("[data-way]")) {
    const name = way.dataset.way;
    const sink = sinks.find((one) => one.name === name);
    const stands = sink ? `${words.ways_out[sink.state]}: ${sink.text}` : words.setup[`${name}_off`];
    setText(way.querySelector(".stands"), stands);
    setAttribute(way, "data-state", sink?.state ?? "none");
    setText(way.querySelector(".figures"), sink ? put(words.setup.figures, sink) : "");
    show(way.querySelector("[data-test]"), sink !== undefined);
  }
  for (const line of all("[data-part]")) {
    const test = setup?.tests.find((one) => one.part === line.dataset.part);
    setAttribute(line, "data-state", test?.state ?? "");
    setText(line, test ? toldOf(test) : "");
  }
}

function toldOf({ state, text, fix }) {
  if (state === "running") return words.setup.testing;
  return `${put(words.setup[state], { text: text.replace(/\.$/, "") })} ${fix}`.trim();
}
