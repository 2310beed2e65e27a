// The last 20 seconds of a band as a strip: the curve over its zone, with repetitions and alerts.

import { KEPT_S } from "./curve.js";
import { element } from "./dom.js";
import { ALERT_SHAPES } from "./shapes.js";

const ZONES = { in: "#4cc38a38", high: "#f2b44130", over: "#ff625938" };
const EDGES = { in: "#4cc38a", over: "#ff6259" };
const ALERTS = { stop: "#ff6259", ease: "#f2b441", check: "#d9b8ff", info: "#b7cbd8" };
const CURVE = "#eef3f6";
const HEADROOM = 1.05;
const SHAPE_PX = 15;
const DOT_PX = 3.5;

export class Trace {
  root = element("div", "trace");
  #plot = null;
  #curve = { values: [], marks: [] };
  #segments = [];
  #nowS = 0;

  constructor() {
    this.root.setAttribute("aria-hidden", "true"); // what matters of it is said in words beside it
    new ResizeObserver(() => this.#fit()).observe(this.root);
  }

  // `segments` as the dial takes them; `nowS` on the session clock is the right edge.
  draw(curve, segments, nowS) {
    this.#curve = curve;
    this.#segments = segments;
    this.#nowS = nowS;
    this.#plot?.setData([curve.t_s, curve.values]);
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (width === 0 || height === 0) return;
    if (this.#plot) this.#plot.setSize({ width, height });
    else this.#plot = new uPlot(this.#options(width, height), [[], []], this.root);
  }

  #options(width, height) {
    const hidden = { show: false };
    return {
      width,
      height,
      padding: [SHAPE_PX, 2, 2, 2],
      pxAlign: 0, // to draw between pixels is cheaper, and smoother where it moves
      legend: hidden,
      cursor: hidden,
      select: hidden,
      axes: [hidden, hidden],
      scales: {
        x: { time: false, range: () => [this.#nowS - KEPT_S, this.#nowS] },
        y: { range: () => [0, this.#topN()] },
      },
      series: [{}, { stroke: CURVE, width: 2, points: hidden, paths: line }],
      hooks: {
        drawClear: [(plot) => apart(plot.ctx, () => this.#drawZones(plot))],
        draw: [(plot) => apart(plot.ctx, () => this.#drawMarks(plot))],
      },
    };
  }

  // Where a zone is set, up to a little above its limit, unless a pull went higher.
  #topN() {
    const [, , , high, over] = this.#segments;
    let top = over ? over[1] + (over[1] - high[1]) * 0.5 : this.#segments.at(-1)?.[2] ?? 1;
    for (const value of this.#curve.values) {
      if (value * HEADROOM > top) top = value * HEADROOM;
    }
    return top;
  }

  #drawZones({ ctx, bbox, valToPos }) {
    for (const [zone, fromN, toN] of this.#segments) {
      if (!ZONES[zone]) continue;
      const [top, bottom] = [valToPos(toN, "y", true), valToPos(fromN, "y", true)];
      ctx.fillStyle = ZONES[zone];
      ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
      if (!EDGES[zone]) continue;
      ctx.fillStyle = EDGES[zone];
      ctx.fillRect(bbox.left, bottom - 1, bbox.width, 1);
    }
  }

  #drawMarks({ ctx, bbox, valToPos }) {
    for (const { t_s, kind, value, full } of this.#curve.marks) {
      const x = valToPos(t_s, "x", true);
      if (x < bbox.left) continue;
      if (kind === "rep") drawRep(ctx, x, valToPos(value, "y", true), full);
      else drawAlert(ctx, x, bbox, kind);
    }
  }
}

// The curve as the plot draws it, a break where nothing is known: what the plot's own way of drawing
// does beside that, takes a slow phone longer than all else.
function line({ data, scales, bbox }, _, from, to) {
  const [t_s, values] = data;
  const { min: left } = scales.x;
  const { min: bottom } = scales.y;
  const perSecond = bbox.width / (scales.x.max - left);
  const perUnit = bbox.height / (scales.y.max - bottom);
  const stroke = new Path2D();
  let isBroken = true;
  for (let i = from; i <= to; i++) {
    const value = values[i];
    if (value !== null) {
      const x = bbox.left + (t_s[i] - left) * perSecond;
      const y = bbox.top + bbox.height - (value - bottom) * perUnit;
      if (isBroken) stroke.moveTo(x, y);
      else stroke.lineTo(x, y);
    }
    isBroken = value === null;
  }
  return { stroke, fill: null, clip: null, band: null, gaps: null, flags: 0 };
}

// The plot remembers how its canvas was set, so what is set here is set back.
function apart(context, draw) {
  context.save();
  draw();
  context.restore();
}

// A full repetition is a filled dot, another one a ring.
function drawRep(ctx, x, y, full) {
  ctx.beginPath();
  ctx.arc(x, y, DOT_PX * devicePixelRatio, 0, 2 * Math.PI);
  ctx.strokeStyle = ctx.fillStyle = ZONES.in.slice(0, 7);
  ctx.lineWidth = 2 * devicePixelRatio;
  if (full) ctx.fill();
  ctx.stroke();
}

function drawAlert(ctx, x, { top, height }, urgency) {
  const scale = (SHAPE_PX * devicePixelRatio) / 24;
  ctx.fillStyle = ALERTS[urgency];
  ctx.fillRect(x - 1, top, 2, height);
  ctx.save();
  ctx.translate(x - 12 * scale, 0);
  ctx.scale(scale, scale);
  ctx.fill(new Path2D(ALERT_SHAPES[urgency]));
  ctx.restore();
}
