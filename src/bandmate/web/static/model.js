// What the page knows, and what may be shown of it. Pure: messages and times in, values out.

import words from "./text.js";

const SILENT_MS = 700;
const FULL_SCALE_OVER_CEILING = 1.12;

// What a band may show, the first that it has: its field, the unit, the dial's first full scale, and
// the word where no zone is set.
const QUANTITIES = [
  ["tension_n", "N", 50, null],
  ["angle_deg", "°", 90, words.live.angle],
  ["heart_rate_bpm", "bpm", 200, words.live.heart_rate],
];

export const initial = {
  version: "",
  bands: [],
  sinks: [],
  alerts: [],
  exercises: [],
  plans: [],
  people: [], // who had a session, by pseudonym
  guided: null, // how the guided session stands
  setup: null, // how setting up stands
  heardAtMs: -Infinity, // when the live state last came
  moved: {}, // band -> {t_s, atMs}: when its state last advanced
  peak: {}, // band -> highest level seen, for the scale where no zone is set
};

export function apply(model, message, nowMs) {
  switch (message.type) {
    case "hello":
      return withBands({ ...initial, ...message }, message.bands, nowMs);
    case "state":
      return withBands(
        { ...model, sinks: message.sinks, guided: message.guided ?? null, setup: message.setup ?? null },
        message.bands,
        nowMs,
      );
    case "levels": {
      const levels = new Map(message.bands.map((level) => [level.band, level]));
      return withBands(model, model.bands.map((band) => ({ ...band, ...levels.get(band.band) })), nowMs);
    }
    case "alerts":
      return { ...model, alerts: message.alerts };
    default:
      return model;
  }
}

function withBands(model, bands, nowMs) {
  const moved = {};
  const peak = {};
  for (const state of bands) {
    const { band, t_s } = state;
    const before = model.moved[band];
    moved[band] = before?.t_s === t_s ? before : { t_s, atMs: nowMs };
    peak[band] = Math.max(model.peak[band] ?? 0, readingOf(state)?.value ?? 0);
  }
  return { ...model, bands, moved, peak, heardAtMs: nowMs };
}

const OVER = ["done", "refused", "interrupted"];

// A guided session is under way.
export function isLed(model) {
  return model.guided !== null && !OVER.includes(model.guided.state);
}

export function isSilent(model, nowMs) {
  return nowMs - model.heardAtMs > SILENT_MS;
}

// What a band shows: value, unit, scale and word; null where it has nothing to show.
export function readingOf(band) {
  for (const [field, unit, scale, word] of QUANTITIES) {
    const value = band[field] ?? null;
    if (value !== null) return { value, unit, scale, word };
  }
  return null;
}

// The zone to show. Data that is missing or old is never shown as a zone.
export function zoneOf(model, band, nowMs) {
  const old = nowMs - model.moved[band.band].atMs > SILENT_MS;
  if (isSilent(model, nowMs) || old || !band.available || readingOf(band) === null) return "stale";
  return band.limits ? band.zone : "free";
}

// The dial's segments from 0 to its full scale: [zone, from, to] in the reading's unit.
export function segments(band, peak) {
  if (!band.limits) {
    const scale = readingOf(band)?.scale ?? QUANTITIES[0][2];
    return [["free", 0, Math.max(scale, Math.ceil(peak / scale) * scale)]];
  }
  const { slack_n, low_n, high_n, limit_n, ceiling_n } = band.limits;
  const edges = [0, slack_n, low_n, high_n, limit_n, ceiling_n * FULL_SCALE_OVER_CEILING];
  return ["slack", "below", "in", "high", "over"].map((zone, i) => [zone, edges[i], edges[i + 1]]);
}
