// One panel a band: dial, digits, zone word, repetitions, hold.

import { Dial } from "./dial.js";
import { Drawn, element, setAttribute, setStyle, setText, show, svg } from "./dom.js";
import { readingOf, segments, zoneOf } from "./model.js";
import { SHAPES } from "./shapes.js";
import words from "./text.js";
import { Trace } from "./trace.js";
import { shown } from "./units.js";

const root = document.getElementById("bands");
const noBand = document.getElementById("no-band");
const panels = new Map();

const STRIP_EVERY_MS = 250; // a strip costs more than all else, and moves slowly

let drawnStripAtMs = 0;
let nextStrip = 0;

export function isStripDue(model, nowMs) {
  const count = model.bands.length;
  return count > 0 && nowMs - drawnStripAtMs >= STRIP_EVERY_MS / count;
}

// One strip at a time, each in its turn: no frame has to draw two. `curveOf` gives the last seconds
// of a band by its name.
export function drawStrip(model, nowMs, curveOf) {
  drawnStripAtMs = nowMs;
  nextStrip = (nextStrip + 1) % model.bands.length;
  const band = model.bands[nextStrip];
  panels.get(band.band)?.trace(curveOf(band.band), band);
}

// What of the bands changes seldom: which there are, what they do, how they stand.
export function drawBands(model) {
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
    panel.draw(band, titleOf(model, band));
  }
}

// What changes all the time.
export function drawLevels(model, nowMs) {
  for (const band of model.bands) {
    panels.get(band.band)?.drawLevel(band, zoneOf(model, band, nowMs), model.peak[band.band]);
  }
}

function titleOf({ exercises }, { exercise, title }) {
  return exercises.find(({ slug }) => slug === exercise)?.title ?? title;
}

class Panel {
  #dial = new Dial();
  #shape = svg("path", {});
  #number = new Text();
  #digits = element("span", "digits", this.#number);
  #unit = element("span", "unit", "N");
  #word = element("span", "word");
  #title = element("p", "title");
  #note = element("p", "note");
  #reps = element("p", "reps");
  #hold = element("p", "hold-time");
  #trace = new Trace();
  #drawn = new Drawn();
  #segments = [];

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

  draw(band, title) {
    setText(this.#title, title);
    setText(this.#note, band.link === "streaming" ? "" : band.link_text);
    show(this.#hold, band.hold_target_s > 0);
    setAttribute(this.#hold, "aria-valuemax", band.hold_target_s);
  }

  drawLevel(band, zone, peak) {
    const reading = zone === "stale" ? null : readingOf(band);
    const { text: digits, unit } = reading ? shown(reading) : { text: "–" };
    const word = (zone === "free" && reading?.word) || words.zones[zone];
    if (this.#drawn.changes("zone", zone)) {
      setAttribute(this.root, "data-zone", zone);
      setAttribute(this.#shape, "d", SHAPES[zone]);
    }
    if (this.#drawn.changes("word", word)) setText(this.#word, word);
    if (unit && this.#drawn.changes("unit", unit)) setText(this.#unit, unit);
    if (this.#drawn.changes("digits", digits)) this.#number.data = digits;
    const count = Math.max(digits.length, 2);
    if (this.#drawn.changes("count", count)) setStyle(this.#digits.parentNode, "--count", count);
    this.#divide(band, peak);
    this.#dial.draw(this.#segments, band.limits?.ceiling_n ?? null, zone, reading?.value ?? null);
    this.#dial.drawHold(band.hold_target_s > 0 ? band.hold_s / band.hold_target_s : null);
    this.#drawWork(band);
  }

  trace(curve, band) {
    this.#trace.draw(curve, this.#segments, band.t_s);
  }

  // The very same segments as long as what they come from is the same.
  #divide(band, peak) {
    const isNew = this.#drawn.changes("limits", band.limits);
    const isHigher = this.#drawn.changes("peak", peak) && !band.limits;
    if (!isNew && !isHigher) return;
    const divided = segments(band, peak);
    if (String(divided) !== String(this.#segments)) this.#segments = divided;
  }

  #drawWork({ reps, reps_target, hold_s, hold_target_s }) {
    const counted = reps_target > 0 ? `${reps} / ${reps_target}` : `${reps}`;
    if (this.#drawn.changes("reps", counted)) {
      show(this.#reps, reps_target > 0 || reps > 0);
      setText(this.#reps, counted);
    }
    const held = `${Math.floor(hold_s)} / ${hold_target_s} s`;
    if (this.#drawn.changes("hold", held)) {
      setAttribute(this.#hold, "aria-valuenow", Math.floor(hold_s));
      setText(this.#hold, held);
    }
  }
}
