// One panel a band: dial, digits, zone word, repetitions, hold.

import { Dial } from "./dial.js";
import { element, setAttribute, setStyle, setText, show, svg } from "./dom.js";
import { readingOf, segments, zoneOf } from "./model.js";
import { SHAPES } from "./shapes.js";
import words from "./text.js";
import { Trace } from "./trace.js";
import { shown } from "./units.js";

const root = document.getElementById("bands");
const noBand = document.getElementById("no-band");
const panels = new Map();

const STRIP_EVERY_MS = 100; // a strip costs more than all else, and moves slowly

let drawnStripAtMs = 0;
let nextStrip = 0;

// One strip at a time, each in its turn: no frame has to draw two. `curveOf` gives the last seconds
// of a band by its name.
export function drawStrips(model, nowMs, curveOf) {
  const count = model.bands.length;
  if (count === 0 || nowMs - drawnStripAtMs < STRIP_EVERY_MS / count) return;
  drawnStripAtMs = nowMs;
  nextStrip = (nextStrip + 1) % count;
  const band = model.bands[nextStrip];
  panels.get(band.band)?.trace(curveOf(band.band), band, model.peak[band.band]);
}

export function drawBands(model, nowMs) {
  show(noBand, model.version !== "" && model.bands.length === 0);
  const names = model.bands.map((band) => band.band);
  for (const [name, panel] of panels) {
    if (names.includes(name)) continue;
    panel.root.remove();
    panels.delete(name);
  }
  for (const band of model.bands) {
    if (!panels.has(band.band)) panels.set(band.band, new Panel(band.band));
    const panel = panels.get(band.band);
    if (!panel.root.isConnected) root.append(panel.root);
    panel.draw(band, zoneOf(model, band, nowMs), model.peak[band.band], titleOf(model, band));
  }
}

function titleOf({ exercises }, { exercise, title }) {
  return exercises.find(({ slug }) => slug === exercise)?.title ?? title;
}

class Panel {
  #dial = new Dial();
  #shape = svg("path", {});
  #digits = element("span", "digits");
  #unit = element("span", "unit", "N");
  #word = element("span", "word");
  #title = element("p", "title");
  #note = element("p", "note");
  #reps = element("p", "reps");
  #hold = element("p", "hold-time");
  #trace = new Trace();

  constructor(name) {
    const icon = svg("svg", { class: "shape", viewBox: "0 0 24 24", "aria-hidden": "true" });
    icon.append(this.#shape);
    const level = element("span", "level", this.#digits, this.#unit);
    const reading = element("p", "reading", level);
    const zone = element("p", "zone", icon, this.#word);
    const face = element("div", "face", element("div", "disc", this.#dial.root, reading, zone));
    const work = element("div", "work", this.#reps, this.#hold, this.#note);
    const heading = element("header", "", element("h2", "", name), this.#title);
    this.root = element("section", "band", heading, element("div", "body", face, work), this.#trace.root);
    this.root.setAttribute("aria-label", name);
    setAttribute(this.#hold, "role", "progressbar");
    setAttribute(this.#hold, "aria-label", words.live.hold);
  }

  draw(band, zone, peak, title) {
    const reading = zone === "stale" ? null : readingOf(band);
    const { text: digits, unit } = reading ? shown(reading) : { text: "–" };
    setAttribute(this.root, "data-zone", zone);
    setAttribute(this.#shape, "d", SHAPES[zone]);
    setText(this.#word, (zone === "free" && reading?.word) || words.zones[zone]);
    if (reading) setText(this.#unit, unit);
    setText(this.#digits, digits);
    setStyle(this.#digits.parentNode, "--count", Math.max(digits.length, 2));
    setText(this.#title, title);
    const ceilingN = band.limits?.ceiling_n ?? null;
    this.#dial.draw(segments(band, peak), ceilingN, zone, reading?.value ?? null);
    this.#dial.drawHold(band.hold_target_s > 0 ? band.hold_s / band.hold_target_s : null);
    this.#drawWork(band);
    setText(this.#note, band.link === "streaming" ? "" : band.link_text);
  }

  trace(curve, band, peak) {
    this.#trace.draw(curve, segments(band, peak), band.t_s);
  }

  #drawWork(band) {
    show(this.#reps, band.reps_target > 0 || band.reps > 0);
    setText(this.#reps, band.reps_target > 0 ? `${band.reps} / ${band.reps_target}` : `${band.reps}`);
    show(this.#hold, band.hold_target_s > 0);
    if (band.hold_target_s === 0) return;
    setAttribute(this.#hold, "aria-valuemax", band.hold_target_s);
    setAttribute(this.#hold, "aria-valuenow", Math.floor(band.hold_s));
    setText(this.#hold, `${Math.floor(band.hold_s)} / ${band.hold_target_s} s`);
  }
}
