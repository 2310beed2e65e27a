// The dial: an arc of coloured zones and a pointer that runs along it.

import { Drawn, element, setAttribute, setStyle, svg } from "./dom.js";

const CENTRE = 100;
const RADIUS = 84;
const HOLD_RADIUS = 70;
const FROM_DEG = -130;
const SWEEP_DEG = 260;
const GAP_DEG = 1.4;
const VIEW = "0 0 200 172";

export class Dial {
  root = element("div", "dial");
  #arcs = svg("g", { class: "arcs" });
  #ceiling = svg("path", { class: "ceiling", d: "M100 4v24" });
  #hold = svg("g", { class: "hold" });
  #done = svg("path", { d: arc(FROM_DEG, FROM_DEG + SWEEP_DEG, HOLD_RADIUS), pathLength: 1, class: "done" });
  #needle = svg("svg", { class: "needle", viewBox: VIEW }); // on its own: it turns without a repaint
  #drawn = new Drawn();

  constructor() {
    this.#hold.append(svg("path", { d: this.#done.getAttribute("d") }), this.#done);
    const face = svg("svg", { viewBox: VIEW });
    face.append(this.#hold, this.#arcs, this.#ceiling);
    this.#needle.append(svg("path", { d: "M100 38 92.5 22 100 3l7.5 19z" }));
    this.root.append(face, this.#needle);
    setAttribute(this.root, "aria-hidden", true);
  }

  // `segments`: [zone, from, to] in newton, rising from 0, other ones only where they are new; `levelN` null where there is none.
  draw(segments, ceilingN, zone, levelN) {
    const fullScaleN = segments.at(-1)[2];
    const toDeg = (n) => FROM_DEG + SWEEP_DEG * Math.min(Math.max(n / fullScaleN, 0), 1);
    const isNew = this.#drawn.changes("segments", segments);
    if (isNew) this.#drawArcs(segments, ceilingN, toDeg);
    if (this.#drawn.changes("zone", zone) || isNew) {
      for (const arc of this.#arcs.children) {
        setAttribute(arc, "class", arc.dataset.zone === zone ? "now" : "");
      }
    }
    const turned = levelN === null ? "" : degrees(toDeg(levelN));
    if (!this.#drawn.changes("needle", turned)) return;
    if (this.#drawn.changes("points", turned !== "")) {
      setStyle(this.#needle, "visibility", turned ? "visible" : "hidden");
    }
    this.#needle.style.rotate = turned;
  }

  // The ring of a hold: the part of it that is done; null where none is asked for.
  drawHold(part) {
    const done = part === null ? "" : Math.min(part, 1).toFixed(3);
    if (!this.#drawn.changes("hold", done)) return;
    setAttribute(this.#hold, "visibility", done ? "visible" : "hidden");
    if (done) setStyle(this.#done, "--done", done);
  }

  #drawArcs(segments, ceilingN, toDeg) {
    this.#arcs.replaceChildren(
      ...segments
        .filter(([, fromN, toN]) => toN > fromN)
        .map(([zone, fromN, toN]) =>
          svg("path", { "data-zone": zone, d: arc(toDeg(fromN) + GAP_DEG, toDeg(toN) - GAP_DEG) }),
        ),
    );
    setAttribute(this.#ceiling, "visibility", ceilingN === null ? "hidden" : "visible");
    if (ceilingN !== null) setStyle(this.#ceiling, "rotate", degrees(toDeg(ceilingN)));
  }
}

function degrees(deg) {
  return `${deg.toFixed(1)}deg`;
}

function arc(fromDeg, toDeg, radius = RADIUS) {
  const large = toDeg - fromDeg > 180 ? 1 : 0;
  return `M${point(fromDeg, radius)}A${radius} ${radius} 0 ${large} 1 ${point(toDeg, radius)}`;
}

function point(deg, radius) {
  const rad = (deg * Math.PI) / 180;
  const x = CENTRE + radius * Math.sin(rad);
  const y = CENTRE - radius * Math.cos(rad);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}
