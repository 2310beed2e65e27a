// The movement as it goes, with the repetitions found in it: marked by a dot and their number.

import { setAttribute, show } from "./dom.js";
import words, { put } from "./text.js";

const HEIGHT = 150;
const LEAST_S = 10;
const QUIET = "#9aa8b3";
const LINE = "#2a343d";
const FOUND = "#4cc38a";

export class MoveChart {
  #root;
  #plot = null;
  #unit = "";
  #drawn = "";

  constructor(root) {
    this.#root = root;
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(root);
  }

  // `curve`: see `CurveState`; null where there is none.
  draw(curve) {
    show(this.#root, curve !== null);
    if (curve === null) return this.#clear();
    if (curve.unit !== this.#unit) this.#clear();
    this.#unit = curve.unit;
    const key = `${curve.t_s.at(-1)} ${curve.t_s.length} ${curve.found.length}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    setAttribute(this.#root, "aria-label", put(words.setup.curve, { count: curve.found.length }));
    this.#plot ??= new uPlot(this.#options(), [[], [], []], this.#root);
    this.#plot.setData([curve.t_s, curve.values, peaksOf(curve)]);
  }

  #clear() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#drawn = "";
  }

  #size() {
    return { width: Math.max(this.#root.clientWidth, 200), height: HEIGHT };
  }

  #options() {
    const axis = { stroke: QUIET, grid: { stroke: LINE, width: 1 }, ticks: { stroke: LINE } };
    return {
      ...this.#size(),
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, from, to) => [from ?? 0, Math.max(to ?? 0, (from ?? 0) + LEAST_S)] },
      },
      axes: [
        { ...axis, size: 28, values: (_, splits) => splits.map((s) => `${s} s`) },
        { ...axis, size: 52, values: (_, splits) => splits.map((n) => `${n} ${this.#unit}`) },
      ],
      series: [
        {},
        { stroke: "#eef3f6", width: 2, points: { show: false } },
        { stroke: FOUND, paths: () => null, points: { show: true, size: 12, fill: FOUND } },
      ],
      hooks: { draw: [numberPeaks] },
    };
  }
}

// The peaks on the times of the curve: uPlot knows one time for all.
function peaksOf({ t_s: times, found }) {
  const peaks = times.map(() => null);
  for (const [atS, level] of found) {
    const next = times.findIndex((t) => t >= atS);
    peaks[next < 0 ? times.length - 1 : next] = level;
  }
  return peaks;
}

function numberPeaks(plot) {
  const { ctx } = plot;
  ctx.save();
  ctx.fillStyle = FOUND;
  ctx.font = `bold ${14 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  let number = 0;
  plot.data[2].forEach((level, i) => {
    if (level === null) return;
    number += 1;
    const x = plot.valToPos(plot.data[0][i], "x", true);
    const y = plot.valToPos(level, "y", true);
    ctx.fillText(String(number), x, Math.max(y - 10 * devicePixelRatio, 14 * devicePixelRatio));
  });
  ctx.restore();
}
